//! The bridge as the tests drive it: the whole of it, running, with its simulators.
#![allow(clippy::missing_panics_doc, reason = "a test fails by panicking")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod deliveries;
mod handoffs;
mod logs;
mod people;
pub mod runtime_api;

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::{Portal, PortalOptions};
use opencx_sim::{OpenCxOptions, OpenCxSim};
use serde_json::Value;
use tokio::time::Instant;

pub use bridge_local::demo::handoff_event;
pub use handoffs::{MARKER, comment_notes, comments, handoff_on, with};
pub use logs::logged;
pub use people::ann;

/// The longest wait for something that must come: generous, since machines are shared.
const PATIENCE: Duration = Duration::from_mins(2);

/// The interval between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// A running bridge.
pub struct Bridge {
    world: LocalEnvironment,
    /// For calling its routes.
    pub http: reqwest::Client,
}

/// The demo organisation, without delays, and with messages that come again soon.
pub fn options() -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions::default()),
        opencx: Source::Simulated(OpenCxOptions {
            ai_delay: Duration::from_millis(20),
            // Limits are the subject of tests of their own.
            rate_limit_per_minute: 100_000,
            ..OpenCxOptions::default()
        }),
        settings: vec![demo::settings()],
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: Duration::from_secs(8),
        // Amazon's own DynamoDB Local, where the gate brings it; else the embedded table.
        dynamodb_url: std::env::var("DYNAMODB_LOCAL_URL").ok().filter(|url| !url.is_empty()),
    }
}

/// The options of the simulated portal, to be changed.
pub fn portal(options: &mut EnvironmentOptions) -> &mut PortalOptions {
    match &mut options.hubspot {
        Source::Simulated(portal) => portal,
        Source::At(url) => panic!("HubSpot is not simulated, but at {url}"),
    }
}

impl Bridge {
    /// Starts the demo.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts the demo with changed settings of the organisation.
    pub async fn with_settings(change: impl FnOnce(&mut Value)) -> Self {
        Self::with(|options| change(&mut options.settings[0])).await
    }

    /// Starts a changed demo.
    pub async fn with(change: impl FnOnce(&mut EnvironmentOptions)) -> Self {
        logs::keep();
        let mut options = options();
        change(&mut options);
        let world = LocalEnvironment::start(options).await.expect("the bridge starts");
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { world, http: reqwest::Client::new() }
    }

    /// The simulated portal.
    pub fn portal(&self) -> &Portal {
        self.world.portal.as_ref().expect("this test has a simulated portal")
    }

    /// The simulated OpenCX.
    pub fn opencx(&self) -> &OpenCxSim {
        self.world.opencx.as_ref().expect("this test has a simulated OpenCX")
    }

    /// All of it: the stack and the simulators.
    pub fn world(&self) -> &LocalEnvironment {
        &self.world
    }

    /// The running stack.
    pub fn stack(&self) -> &bridge_local::Stack {
        &self.world.bridge
    }

    /// The address of one of its routes.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.world.bridge.url())
    }

    /// Puts an event, or an array of them, on its queue, as OpenCX does.
    pub async fn event(&self, event: &Value) {
        let url = self.url("/local/opencx-events");
        let answer = self.http.post(url).json(event).send().await.expect("the bridge answers");
        assert_eq!(answer.status(), 202);
    }

    /// Puts a text on the queue of handoffs, past the checks of the local route.
    pub fn queue_raw(&self, body: &str) {
        static SENT: AtomicUsize = AtomicUsize::new(0);
        let queue = self.stack().sqs().queue("handoffs.fifo").expect("it exists");
        let message = sqs_sim::NewMessage {
            body: body.to_owned(),
            group: "raw".to_owned(),
            deduplication_id: format!("raw-{}", SENT.fetch_add(1, Ordering::Relaxed)),
            ..sqs_sim::NewMessage::default()
        };
        queue.send(message).expect("it fits");
    }

    /// All outcomes so far, oldest first.
    pub async fn outcomes(&self) -> Vec<OutcomeRecord> {
        self.world.bridge.outcomes().await.expect("the table answers")
    }

    /// The first outcome that matches, as soon as there is one.
    pub async fn outcome(
        &self,
        what: &str,
        matches: impl Fn(&OutcomeRecord) -> bool,
    ) -> OutcomeRecord {
        eventually(what, || async {
            self.outcomes().await.into_iter().find(|record| matches(record))
        })
        .await
    }

    /// The first outcome of a function.
    pub async fn outcome_of(&self, function: &str) -> OutcomeRecord {
        self.outcome(&format!("an outcome of {function}"), |record| record.function == function)
            .await
    }

    /// Waits until nothing is on any queue but `parked`, and the simulators have
    /// delivered what they had to: for a while, since one leads to another.
    pub async fn quiet(&self) {
        // Looks are counted, not time: a machine that stalls is not at rest.
        let mut quiet_looks = 0;
        let began = Instant::now();
        while quiet_looks < 15 {
            quiet_looks = if self.stack().waiting() > 0 { 0 } else { quiet_looks + 1 };
            assert!(began.elapsed() < PATIENCE, "the bridge does not come to rest");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Starting with a clean count of calls.
    pub fn forget_calls(&self) {
        self.portal().reset_calls();
        self.opencx().reset_calls();
    }
}

/// Waits until something is there.
pub async fn eventually<T, F>(what: &str, look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    eventually_within(PATIENCE, what, look).await
}

/// As [`eventually`], for what takes longer than two minutes by itself.
pub async fn eventually_within<T, F>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> F,
) -> T
where
    F: Future<Output = Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < patience, "not seen within {patience:?}: {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// As [`eventually`], for what can be looked at without waiting.
pub async fn seen<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    eventually(what, || std::future::ready(look())).await
}
