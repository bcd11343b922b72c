//! A rep answered in public: the session hears it.

use bridge_domain::message::Message;
use bridge_domain::outcome::SkipReason;
use bridge_opencx::Speaker;
use bridge_runtime::{Ended, Failure, Work};
use bridge_store::{Origin, ThreadLink};

use crate::files::outgoing;

/// Sends the reply to the thread's session, as the agent who wrote it. OpenCX
/// delivers it to the customer only if the conversation was born there.
pub(crate) async fn send(
    work: &Work<'_>,
    link: &ThreadLink,
    message: &Message,
) -> Result<Ended, Failure> {
    let Some(session) = &link.session else { return Ok(SkipReason::NoSession.into()) };
    let failed = message.status.as_ref().and_then(|status| status.status_type.as_deref());
    if failed == Some("FAILED") && link.origin == Some(Origin::HubSpot) {
        return Ok(SkipReason::DeliveryFailed.into());
    }
    let name = message.senders.iter().find_map(|sender| sender.name.clone());
    let text = message.text.clone().unwrap_or_default();
    let said = outgoing(message, Speaker::Agent(name), text);
    let said = &said;
    let look = |since| async move {
        Ok(work.opencx.was_said(session, said, since).await?.then_some(None::<String>))
    };
    work.sure("send", look, work.opencx.say(session, said)).await?;
    Ok(Ended::Applied)
}
