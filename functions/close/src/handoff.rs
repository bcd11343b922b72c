//! A handoff of the session that is still to come: its ticket would stay open.

use bridge_domain::opencx::events::Closed;
use bridge_engine::Failure;
use bridge_store::{SessionLink, now_ms};

/// The time for which after the close a handoff is waited for that only OpenCX knows of, in
/// milliseconds: it may be in a queue, or it never came.
const LONGEST_QUEUE: u64 = 5 * 60 * 1000;

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
