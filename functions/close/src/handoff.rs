//! A handoff of the session that is not over yet: its ticket is still to come, and
//! would stay open.

use std::time::Duration;

use bridge_domain::opencx::events::Closed;
use bridge_engine::{EventContext, Failure};
use bridge_store::{SessionLink, now_ms};

/// The name of the function whose claims say how far a handoff is.
const HANDOFF: &str = "handoff";

/// The time for which after its begin a handoff is waited for. All its tries take twelve minutes;
/// one that has no outcome by then will not get one.
pub const LONGEST_HANDOFF: Duration = Duration::from_mins(15);

/// The time for which after the close a handoff is waited for that only OpenCX knows of, in
/// milliseconds: it may be in a queue, or it never came.
const LONGEST_QUEUE: u64 = 5 * 60 * 1000;

/// Waits for a handoff that was begun, until it has its outcome: applied or parked.
pub(crate) async fn wait_for_begun(
    context: &EventContext<'_>,
    link: Option<&SessionLink>,
) -> Result<(), Failure> {
    let Some(begun) = link.and_then(|link| link.handoff.as_ref()) else { return Ok(()) };
    let old = u128::from(now_ms().saturating_sub(begun.at)) > LONGEST_HANDOFF.as_millis();
    if old || context.table().is_settled(HANDOFF, context.org(), &begun.event_id).await? {
        return Ok(());
    }
    Err(Failure::Retry("the session's handoff is still in progress".to_owned()))
}

/// Waits for a handoff that OpenCX tells of and that has not been begun: in a burst,
/// it may wait in its queue for longer than the close in its own.
pub(crate) fn wait_for_announced(
    event: &Closed,
    link: Option<&SessionLink>,
) -> Result<(), Failure> {
    let closed_at = event.timestamp.and_then(|at| u64::try_from(at.as_millis()).ok());
    let fresh = closed_at.is_some_and(|at| now_ms().saturating_sub(at) < LONGEST_QUEUE);
    if fresh && link.is_none_or(|link| link.handoff.is_none() && link.ticket.is_none()) {
        return Err(Failure::Retry("the session's handoff is still to come".to_owned()));
    }
    Ok(())
}
