//! When a call is tried again within an invocation.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::error::{CallError, Effect, Problem};

/// The schedule: 0.2 s, 0.8 s, 3.2 s and then every 5 s, each made longer by up to as
/// much again so that parallel invocations do not come back together: 20 to 40 s in
/// all. What still fails goes back to SQS.
pub(crate) fn schedule() -> impl BackoffBuilder {
    shortest().with_jitter()
}

/// The pauses between the tries of a call, at their shortest; at their longest they
/// are twice that.
pub fn pauses() -> impl Iterator<Item = Duration> {
    shortest().build()
}

fn shortest() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_factor(4.0)
        .with_max_delay(Duration::from_secs(5))
        .with_max_times(6)
}

/// Whether to try again at once.
pub(crate) fn again(error: &CallError) -> bool {
    error.effect() == Effect::None && !matches!(error.problem, Problem::NoTime | Problem::NoTurn)
}

/// How long to wait before the next try: as long as the vendor asks, else as the
/// schedule says; not at all if there would be no time left afterwards.
pub(crate) fn pause(
    error: &CallError,
    planned: Option<Duration>,
    left: Duration,
) -> Option<Duration> {
    let planned = planned?;
    let pause = match &error.problem {
        // HubSpot names no time; its window is ten seconds (docs/vendors/hubspot.md#rate-limits).
        Problem::RateLimited(refused) => {
            refused.retry_after.unwrap_or(Duration::from_secs(1)).max(planned)
        }
        _ => planned,
    };
    (pause + Duration::from_secs(1) < left).then_some(pause)
}
