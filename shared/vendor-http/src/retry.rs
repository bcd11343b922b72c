//! When a call is tried again within an invocation.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::error::{CallError, Effect, Problem};

/// Longest pause within an invocation. What has to wait longer is deferred, so that it
/// does not keep others waiting.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The schedule: 0.2 s and 0.8 s, each made longer by up to as much again so that
/// parallel invocations do not come back together. What still fails is deferred.
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
        .with_max_times(2)
}

/// Returns whether to try again at once. Whoever let a call run into its timeout has
/// held others up long enough.
pub(crate) fn again(error: &CallError) -> bool {
    error.effect() == Effect::None
        && !matches!(
            error.problem,
            Problem::NoTime
                | Problem::Deferred(_)
                | Problem::Unauthorized
                | Problem::NoAnswer("timed out")
        )
}

/// Returns how long to wait before the next try: as long as the vendor asks, else as the
/// schedule says; nothing if that is too long, or leaves no time for the try.
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
        _ => error.retry_after().unwrap_or_default().max(planned),
    };
    (pause <= LONGEST_PAUSE && pause + Duration::from_secs(1) < left).then_some(pause)
}
