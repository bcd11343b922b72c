//! A rep answered in public: the session hears it.

use bridge_domain::email::EmailAddress;
use bridge_domain::message::{Message, Party};
use bridge_domain::opencx_event::Channel;
use bridge_domain::outcome::SkipReason;
use bridge_domain::ownership::OwnerNote;
use bridge_domain::rep_text::reply_text;
use bridge_opencx::Speaker;
use bridge_runtime::{Ended, Failure};
use bridge_store::{Key, Origin, now_ms};

use crate::files::outgoing;
use crate::inquiry::Inquiry;

/// Sends the reply to the thread's session, as the agent who wrote it. OpenCX
/// delivers it to the customer only if the conversation was born there.
pub(crate) async fn send(inquiry: &Inquiry<'_>, message: &Message) -> Result<Ended, Failure> {
    let work = inquiry.work;
    let Some(session) = &inquiry.link.session else { return Ok(SkipReason::NoSession.into()) };
    doubt_owner(inquiry).await?;
    inquiry.remember_session(session, message).await?;
    let thread = Key::thread(work.org(), &inquiry.posted.thread);
    work.table().renew(&thread, inquiry.link.ttl).await?;
    let channel = inquiry.session.channel.or(inquiry.link.channel);
    let signature = signature(inquiry, message, channel).await?;
    let name = message.senders.iter().find_map(|sender| sender.name.clone());
    let text = reply_text(message, channel, signature);
    let said = &outgoing(message, Speaker::Agent(name), text);
    let look = |since| async move {
        Ok(work.opencx.was_said(session, said, since).await?.then_some(None::<String>))
    };
    work.sure("send", look, work.opencx.say(session, said)).await?;
    Ok(Ended::Applied)
}

/// Mail that OpenCX sends carries the signature of the address that the rep wrote
/// from; HubSpot has signed what it sends itself.
async fn signature<'w>(
    inquiry: &Inquiry<'w>,
    message: &Message,
    channel: Option<Channel>,
) -> Result<Option<&'w str>, Failure> {
    if inquiry.link.origin != Some(Origin::OpenCx) || channel != Some(Channel::Email) {
        return Ok(None);
    }
    let sender: Option<EmailAddress> = message.senders.iter().find_map(Party::email);
    let account = message.channel_account_id.as_deref().filter(|_| message.is_email());
    bridge_portal::signature(inquiry.work, sender.as_ref(), account).await
}

/// A rep who writes in a thread that webhooks say is the AI's: the event that gave it
/// to them is late or lost. HubSpot is asked until the next one.
async fn doubt_owner(inquiry: &Inquiry<'_>) -> Result<(), Failure> {
    let work = inquiry.work;
    let ai = &work.settings.hubspot.ai_user_id;
    if inquiry.link.owner.as_ref().is_some_and(|note| note.allows_ai(ai)) {
        let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
        let thread = &inquiry.posted.thread;
        work.table().note_owner(work.org(), thread, &OwnerNote::doubt(now)).await?;
    }
    Ok(())
}
