//! A rep's public reply to the customer: the session hears it.

use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::party::Party;
use bridge_domain::opencx::events::Channel;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::rep_reply::reply_text;
use bridge_engine::{Failure, Handled};
use bridge_hubspot_directory::sign_reply;
use bridge_opencx::{Outgoing, Speaker};
use bridge_store::{Key, Origin, ReplyPath, ThreadLink};

use crate::forward_to_ai::remember_session;
use crate::message_lookup::MessageLookup;
use crate::session;

/// Sends the reply to the thread's session, as the agent who wrote it. OpenCX
/// delivers it to the customer only if the conversation was born there.
pub(crate) async fn send(
    lookup: &mut MessageLookup<'_>,
    message: &Message,
) -> Result<Handled, Failure> {
    let Some(session) = lookup.link.session.clone() else {
        return Ok(SkipReason::NoSession.into());
    };
    learn_addresses(lookup, message);
    remember_session(lookup, &session, message).await?;
    remember_place(lookup, message).await?;
    let channel = lookup.session.channel.or(lookup.link.channel);
    let signature = signature(lookup, message, channel).await?;
    let mut message = message.clone();
    sign_reply(lookup.context, &mut message, false).await?;
    let message = &message;
    let name = message.sender().and_then(|sender| sender.name.clone());
    let text = reply_text(message, channel, signature);
    let outgoing = Outgoing::of_message(message, Speaker::Agent(name), text);
    session::send(lookup, &session, message, &outgoing).await?;
    Ok(Handled::Applied)
}

/// A rep who goes on by email names the address of a customer who was known by a chat.
fn learn_addresses(lookup: &mut MessageLookup<'_>, message: &Message) {
    let Some(customer) = &mut lookup.customer else { return };
    let theirs = message.recipients.iter().filter(|party| customer.is(party));
    let addresses: Vec<_> = theirs.filter_map(Party::address).collect();
    for address in addresses {
        customer.add_address(address);
    }
}

/// An answer of the AI goes on at the place where the rep wrote.
async fn remember_place(lookup: &MessageLookup<'_>, message: &Message) -> Result<(), Failure> {
    let (table, link) = (lookup.context.table(), &lookup.link);
    let key = Key::thread(lookup.context.org(), &lookup.posted.thread);
    let reply_path = ReplyPath::of(message).filter(|path| link.reply_path.as_ref() != Some(path));
    if reply_path.is_none() {
        return Ok(table.renew(&key, link.ttl).await?);
    }
    Ok(table.merge(&key, &ThreadLink { reply_path, ..ThreadLink::default() }).await?)
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
    let sender = message.sender().and_then(Party::email);
    let account = message.channel_account_id.as_deref().filter(|_| message.is_email());
    bridge_hubspot_directory::signature(lookup.context, sender.as_ref(), account).await
}
