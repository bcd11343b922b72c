//! How the answer reaches the customer.

use bridge_domain::ids::ThreadId;
use bridge_domain::outcome::ParkReason;
use bridge_engine::{EventContext, Failure};
use bridge_store::ReplyPath;

/// The way back, as it was kept when the customer wrote. A thread whose customer
/// wrote before the bridge was there is looked through: one call more.
pub(crate) async fn find(
    context: &EventContext<'_>,
    thread_id: &ThreadId,
    kept: Option<ReplyPath>,
) -> Result<ReplyPath, Failure> {
    if let Some(path) = kept {
        return Ok(path);
    }
    let latest = context.hubspot.latest_messages(thread_id).await?;
    let incoming = latest.iter().find(|message| message.direction.as_deref() == Some("INCOMING"));
    incoming.and_then(ReplyPath::of).ok_or_else(|| {
        let error = "the thread holds no message of the customer that could be answered";
        Failure::park(ParkReason::Refused, error)
    })
}
