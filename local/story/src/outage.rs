//! An outage of a vendor while everybody goes on: afterwards everything has arrived, once and in
//! order.
//!
//! For a third of the time each, calls are answered 503, their connections are dropped after the
//! effect, and they are not answered.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use bridge_local::demo::ORG;
use bridge_local::environment::LocalEnvironment;
use clap::ValueEnum;
use sim_kit::{Fault, FaultKind, Simulator, Traffic};
use tokio::time::{Instant, sleep};

use crate::context::Context;
use crate::participants::Participants;
use crate::webhook_latency::WebhookLatency;

/// Longer than any caller waits for an answer.
const HANG: Duration = Duration::from_secs(50);

/// A vendor that can be down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Vendor {
    /// HubSpot.
    #[value(name = "hubspot")]
    HubSpot,
    /// OpenCX.
    #[value(name = "opencx")]
    OpenCx,
}

impl Vendor {
    fn name(self) -> &'static str {
        match self {
            Self::HubSpot => "HubSpot",
            Self::OpenCx => "OpenCX",
        }
    }
}

/// The kinds of an outage.
#[derive(Clone, Copy)]
enum OutageKind {
    Unavailable,
    DroppedConnections,
    Hanging,
}

impl OutageKind {
    fn description(self) -> &'static str {
        match self {
            Self::Unavailable => "answers 503",
            Self::DroppedConnections => "drops connections",
            Self::Hanging => "does not answer",
        }
    }
}

/// Plays an outage of a vendor on an environment with both simulators, and checks the result.
///
/// # Errors
/// The expectation that was not met.
pub async fn outage(
    environment: &LocalEnvironment,
    vendor: Vendor,
    length: Duration,
) -> Result<(), String> {
    let mut story = Context::new(environment)?;
    let mut participants = Participants::prepare(&mut story).await?;
    let before = WebhookLatency::measure(&story, "before").await?;
    story.narrator.step(&format!("{} is down, and everybody goes on.", vendor.name()));
    let during = run_outage(&story, &mut participants, vendor, length).await?;
    story.narrator.step(&format!("{} is back. Deferred events are retried.", vendor.name()));
    let restored = Instant::now();
    story.wait_until_idle().await?;
    let waited = restored.elapsed().as_secs_f64();
    story.narrator.result("bridge", &format!("no event waits any more, {waited:.1} s later"));
    participants.check(&mut story).await?;
    let (before, (median, longest)) = (before.millis(), WebhookLatency::summary(&during));
    let text = format!(
        "the webhook answered 200 each time: in {before:.1} ms before, in {median:.1} ms \
         (at most {longest:.1}) during the outage"
    );
    story.narrator.result("bridge", &text);
    story.narrator.end(ORG);
    Ok(())
}

/// Lets the outage last, a third of it in each kind, and measures the webhook meanwhile.
async fn run_outage(
    story: &Context<'_>,
    participants: &mut Participants,
    vendor: Vendor,
    length: Duration,
) -> Result<Vec<WebhookLatency>, String> {
    let traffic = match vendor {
        Vendor::HubSpot => story.portal.traffic(),
        Vendor::OpenCx => story.opencx.traffic(),
    };
    let started = Instant::now();
    let mut latencies = Vec::new();
    let kinds = [OutageKind::Unavailable, OutageKind::DroppedConnections, OutageKind::Hanging];
    for (round, kind) in (1..).zip(kinds) {
        begin_outage(traffic, kind);
        participants.play_round(story, round)?;
        let until = length * round / 3;
        while started.elapsed() < until {
            let latency =
                WebhookLatency::measure(story, &format!("{} ms", started.elapsed().as_millis()))
                    .await?;
            narrate(story, kind, &latency).await?;
            latencies.push(latency);
            sleep((length / 12).min(until.saturating_sub(started.elapsed()))).await;
        }
    }
    end_outage(traffic);
    Ok(latencies)
}

async fn narrate(
    story: &Context<'_>,
    kind: OutageKind,
    latency: &WebhookLatency,
) -> Result<(), String> {
    let outcomes = story.outcomes().await?;
    let parked = outcomes.iter().filter(|record| record.outcome == Outcome::Parked).count();
    let text = format!(
        "{}; {} events wait, {parked} are parked, the webhook answers in {:.1} ms",
        kind.description(),
        story.waiting_events(),
        latency.millis()
    );
    story.narrator.result("meanwhile", &text);
    Ok(())
}

/// Begins an outage, or changes its kind without a moment of availability.
fn begin_outage(traffic: &Traffic, kind: OutageKind) {
    traffic.set_down(true);
    traffic.clear_faults();
    let kind = match kind {
        OutageKind::Unavailable => return,
        OutageKind::DroppedConnections => FaultKind::DropAfterEffect,
        OutageKind::Hanging => FaultKind::HangBeforeEffect(HANG),
    };
    traffic.fail(Fault { method: None, path_contains: String::new(), times: u32::MAX, kind });
    traffic.set_down(false);
}

fn end_outage(traffic: &Traffic) {
    traffic.clear_faults();
    traffic.set_down(false);
}
