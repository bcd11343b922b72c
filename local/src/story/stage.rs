//! Where the story plays: the simulators, the bridge, and waiting for what must come.

use std::future::Future;
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use hubspot_sim::Portal;
use opencx_sim::{OpenCx, SessionView};
use tokio::time::Instant;

use crate::world::World;

use super::narrator::Narrator;

/// How often it is looked whether something has come.
const LOOK: Duration = Duration::from_millis(50);

/// The longest that anything in the story may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage<'a> {
    pub(crate) narrator: Narrator,
    pub(crate) portal: &'a Portal,
    pub(crate) opencx: &'a OpenCx,
    world: &'a World,
}

impl<'a> Stage<'a> {
    pub(crate) fn set(world: &'a World) -> Result<Self, String> {
        let portal = world.portal.as_ref().ok_or("there is no simulated portal")?;
        let opencx = world.opencx.as_ref().ok_or("there is no simulated OpenCX")?;
        let narrator = Narrator::begin(world.bridge.url(), &portal.url(), &opencx.url());
        Ok(Self { narrator, portal, opencx, world })
    }

    /// Waits until `look` finds something; fails with what was expected.
    pub(crate) async fn until<T, F>(
        &self,
        expected: &str,
        mut look: impl FnMut() -> F,
    ) -> Result<T, String>
    where
        F: Future<Output = Option<T>>,
    {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(found) = look().await {
                return Ok(found);
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(format!("not seen within {} s: {expected}", PATIENCE.as_secs()))
    }

    /// Waits until the simulators show something.
    pub(crate) async fn seen<T>(
        &self,
        expected: &str,
        mut look: impl FnMut() -> Option<T>,
    ) -> Result<T, String> {
        self.until(expected, || std::future::ready(look())).await
    }

    /// Waits for an outcome.
    pub(crate) async fn outcome(
        &self,
        expected: &str,
        matches: impl Fn(&OutcomeRecord) -> bool,
    ) -> Result<OutcomeRecord, String> {
        let look =
            || async { self.outcomes().await.ok()?.into_iter().find(|record| matches(record)) };
        self.until(expected, look).await
    }

    pub(crate) async fn outcomes(&self) -> Result<Vec<OutcomeRecord>, String> {
        self.world.bridge.outcomes().await
    }

    /// A session as OpenCX shows it.
    pub(crate) fn session(&self, id: &str) -> Result<SessionView, String> {
        self.opencx.session(id).ok_or_else(|| format!("OpenCX has no session {id}"))
    }
}

/// Fails with what was expected, unless it holds.
pub(crate) fn expect(holds: bool, expected: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("this should hold, and does not: {expected}")) }
}
