//! A handoff of a session that is not over yet.

use std::time::Duration;

use bridge_domain::registry;
use bridge_engine::{EventContext, Failure};
use bridge_store::{PendingHandoff, now_ms};

/// The time for which after its begin a handoff is waited for. All its tries take twelve minutes;
/// one that has no outcome by then will not get one.
const LONGEST_HANDOFF: Duration = Duration::from_mins(15);

/// Waits for a handoff that was begun, until it has its outcome: applied or parked. `why` says
/// meanwhile why the event is tried again.
pub async fn wait_for_handoff(
    context: &EventContext<'_>,
    handoff: &PendingHandoff,
    why: &str,
) -> Result<(), Failure> {
    let is_old = u128::from(now_ms().saturating_sub(handoff.at)) > LONGEST_HANDOFF.as_millis();
    let function = registry::HANDOFF.name;
    if is_old || context.table().is_settled(function, context.org(), &handoff.event_id).await? {
        return Ok(());
    }
    Err(Failure::Retry(why.to_owned()))
}
