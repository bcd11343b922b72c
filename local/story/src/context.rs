//! The bridge and the simulators that the story plays on, and waiting for expected results.

use std::future::Future;
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_local::environment::LocalEnvironment;
use hubspot_sim::Portal;
use opencx_sim::{OpenCxSim, SessionView};
use tokio::time::Instant;

use crate::narrator::Narrator;

/// Pause between two looks for a result.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Longest wait of which nothing is told.
const SILENCE: Duration = Duration::from_secs(2);

/// Longest wait for a result.
const RESULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Time without events in the queues after which none is expected.
const IDLE_TIME: Duration = Duration::from_secs(1);

/// Longest wait for the queues to become empty: several visibility timeouts.
const IDLE_TIMEOUT: Duration = Duration::from_mins(4);

/// A running story.
pub(crate) struct Context<'a> {
    pub(crate) narrator: Narrator,
    pub(crate) portal: &'a Portal,
    pub(crate) opencx: &'a OpenCxSim,
    environment: &'a LocalEnvironment,
}

impl<'a> Context<'a> {
    pub(crate) fn new(environment: &'a LocalEnvironment) -> Result<Self, String> {
        let portal = environment.portal.as_ref().ok_or("there is no simulated portal")?;
        let opencx = environment.opencx.as_ref().ok_or("there is no simulated OpenCX")?;
        let narrator = Narrator::start(environment.bridge.url(), &portal.url(), &opencx.url());
        Ok(Self { narrator, portal, opencx, environment })
    }

    /// Waits until the simulators show a result; fails with the expectation.
    pub(crate) async fn wait_for<T>(
        &self,
        expected: &str,
        mut find: impl FnMut() -> Option<T>,
    ) -> Result<T, String> {
        self.wait_for_async(expected, || std::future::ready(find())).await
    }

    async fn wait_for_async<T, F>(
        &self,
        expected: &str,
        mut find: impl FnMut() -> F,
    ) -> Result<T, String>
    where
        F: Future<Output = Option<T>>,
    {
        let started = Instant::now();
        while started.elapsed() < RESULT_TIMEOUT {
            if let Some(found) = find().await {
                return Ok(found);
            }
            Self::progress(started, expected);
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Err(format!("not seen within {} s: {expected}", RESULT_TIMEOUT.as_secs()))
    }

    /// Waits for an outcome record.
    pub(crate) async fn wait_for_outcome(
        &self,
        expected: &str,
        matches: impl Fn(&OutcomeRecord) -> bool,
    ) -> Result<OutcomeRecord, String> {
        let find =
            || async { self.outcomes().await.ok()?.into_iter().find(|record| matches(record)) };
        self.wait_for_async(expected, find).await
    }

    /// Waits until the queues have been empty for a while, since one event leads to another.
    pub(crate) async fn wait_until_idle(&self) -> Result<(), String> {
        let started = Instant::now();
        let mut idle_since = started;
        while idle_since.elapsed() < IDLE_TIME {
            if self.waiting_events() > 0 {
                idle_since = Instant::now();
            }
            if started.elapsed() > IDLE_TIMEOUT {
                return Err(format!("{} events still wait", self.waiting_events()));
            }
            Self::progress(started, &format!("{} events", self.waiting_events()));
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }

    /// Tells what is waited for, once that takes longer than people take to wonder.
    fn progress(started: Instant, expected: &str) {
        if started.elapsed() > SILENCE {
            Narrator::progress(started.elapsed(), expected);
        }
    }

    pub(crate) async fn outcomes(&self) -> Result<Vec<OutcomeRecord>, String> {
        self.environment.bridge.outcomes().await
    }

    pub(crate) fn bridge_url(&self) -> &str {
        self.environment.bridge.url()
    }

    /// Counts the events that wait or are in an invocation.
    pub(crate) fn waiting_events(&self) -> usize {
        self.environment.bridge.waiting()
    }

    /// Returns a session as OpenCX shows it.
    pub(crate) fn session(&self, id: &str) -> Result<SessionView, String> {
        self.opencx.session(id).ok_or_else(|| format!("OpenCX has no session {id}"))
    }
}

/// Fails with the expectation, unless it holds.
pub(crate) fn expect(holds: bool, expected: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("expected, but not so: {expected}")) }
}
