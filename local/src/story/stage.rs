//! Where the story plays: the simulators, the bridge, and waiting for what must come.

use std::future::Future;
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use hubspot_sim::Portal;
use opencx_sim::{OpenCxSim, SessionView};
use tokio::time::Instant;

use crate::world::World;

use super::narrator::Narrator;

/// How often it is looked whether something has come.
const LOOK: Duration = Duration::from_millis(50);

/// The longest that anything in the story may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long nothing has to happen until nothing more is expected.
const QUIET: Duration = Duration::from_secs(1);

/// The longest that events may wait: a few times until their messages come again.
const LONGEST: Duration = Duration::from_mins(4);

pub(crate) struct Stage<'a> {
    pub(crate) narrator: Narrator,
    pub(crate) portal: &'a Portal,
    pub(crate) opencx: &'a OpenCxSim,
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

    /// Where the bridge's routes are.
    pub(crate) fn bridge_url(&self) -> &str {
        self.world.bridge.url()
    }

    /// How many events wait or are worked on.
    pub(crate) fn waiting(&self) -> usize {
        self.world.bridge.waiting()
    }

    /// Waits until no event has waited for a while, since one leads to another.
    pub(crate) async fn rested(&self) -> Result<(), String> {
        let began = Instant::now();
        let mut quiet_since = began;
        while quiet_since.elapsed() < QUIET {
            if self.waiting() > 0 {
                quiet_since = Instant::now();
            }
            if began.elapsed() > LONGEST {
                return Err(format!("{} events still wait", self.waiting()));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
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
