//! A rep answered in public: the session hears it.

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::message::{Message, Party};
use bridge_domain::opencx::events::Channel;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::rep_reply::reply_text;
use bridge_engine::{Failure, Handled, Recovery};
use bridge_opencx::Speaker;
use bridge_store::{Key, Origin};

use crate::files::outgoing;
use crate::message_lookup::MessageLookup;

/// Sends the reply to the thread's session, as the agent who wrote it. OpenCX
/// delivers it to the customer only if the conversation was born there.
pub(crate) async fn send(
    lookup: &MessageLookup<'_>,
    message: &Message,
) -> Result<Handled, Failure> {
    let context = lookup.context;
    let Some(session) = &lookup.link.session else { return Ok(SkipReason::NoSession.into()) };
    lookup.remember_session(session, message).await?;
    let thread = Key::thread(context.org(), &lookup.posted.thread);
    context.table().renew(&thread, lookup.link.ttl).await?;
    let channel = lookup.session.channel.or(lookup.link.channel);
    let signature = signature(lookup, message, channel).await?;
    let name = message.senders.iter().find_map(|sender| sender.name.clone());
    let text = reply_text(message, channel, signature);
    let said = &outgoing(message, Speaker::Agent(name), text);
    let look = |since| async move {
        Ok(context.opencx.has_message(session, said, since).await?.then_some(None::<String>))
    };
    context.step("send", Recovery::look_up(look), context.opencx.say(session, said)).await?;
    Ok(Handled::Applied)
}

/// Mail that OpenCX sends carries the signature of the address that the rep wrote
/// from; HubSpot has signed what it sends itself.
async fn signature<'w>(
    lookup: &MessageLookup<'w>,
    message: &Message,
    channel: Option<Channel>,
) -> Result<Option<&'w str>, Failure> {
    if lookup.link.origin != Some(Origin::OpenCx) || channel != Some(Channel::Email) {
        return Ok(None);
    }
    let sender: Option<EmailAddress> = message.senders.iter().find_map(Party::email);
    let account = message.channel_account_id.as_deref().filter(|_| message.is_email());
    bridge_hubspot_directory::signature(lookup.context, sender.as_ref(), account).await
}
