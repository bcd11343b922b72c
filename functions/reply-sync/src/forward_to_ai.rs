//! The customer wrote: the AI should read it, while no human owns the thread.

use bridge_domain::hubspot::message::{Message, Party};
use bridge_domain::ids::SessionId;
use bridge_engine::{Failure, Handled, Recovery};
use bridge_opencx::{NewSession, SessionContact, Speaker};
use bridge_store::{Key, Origin, ReplyPath, ThreadLink};

use crate::files::outgoing;
use crate::message_lookup::MessageLookup;

/// Sends the message to its session, which is opened at the first one.
pub(crate) async fn send(
    lookup: &MessageLookup<'_>,
    message: &Message,
) -> Result<Handled, Failure> {
    let context = lookup.context;
    let session = match &lookup.link.session {
        Some(session) => session.clone(),
        None => open(lookup, message).await?,
    };
    context.about_session(&session);
    remember(lookup, &session, message).await?;
    lookup.remember_session(&session, message).await?;
    let said = outgoing(message, Speaker::Contact, message.words());
    let look = |since| {
        let (session, said) = (&session, &said);
        async move {
            Ok(context.opencx.has_message(session, said, since).await?.then_some(None::<String>))
        }
    };
    context.step("send", Recovery::look_up(look), context.opencx.say(&session, &said)).await?;
    Ok(Handled::Applied)
}

/// Opens a session for the thread. Should its answer get lost, another is opened:
/// the first one stays empty, and nobody ever sees it.
async fn open(lookup: &MessageLookup<'_>, message: &Message) -> Result<SessionId, Failure> {
    let context = lookup.context;
    let channel = message.channel();
    let contact = contact(message.senders.first());
    let new = NewSession { channel, contact };
    context.step("session", Recovery::Retry, context.opencx.open_session(&new)).await
}

/// The customer as OpenCX is told of them. It wants at least one name for them, which a
/// chat's visitor may not have given.
fn contact(sender: Option<&Party>) -> SessionContact {
    let email = sender.and_then(Party::email).map(|email| email.to_string());
    let phone_number = sender.and_then(Party::phone).map(str::to_owned);
    let name = sender.and_then(|sender| sender.name.clone());
    let name = name.filter(|name| !name.trim().is_empty());
    let nameless = email.is_none() && phone_number.is_none();
    let name = name.or_else(|| nameless.then(|| "Visitor".to_owned()));
    SessionContact { email, name, phone_number }
}

/// Keeps how an answer reaches the customer, before the AI can answer. Nothing is
/// written when nothing changed.
async fn remember(
    lookup: &MessageLookup<'_>,
    session: &SessionId,
    message: &Message,
) -> Result<(), Failure> {
    let (context, link) = (lookup.context, &lookup.link);
    let learned = ThreadLink {
        session: Some(session.clone()),
        channel: Some(message.channel()),
        origin: link.origin.or(Some(Origin::HubSpot)),
        reply_path: ReplyPath::of(message).or_else(|| link.reply_path.clone()),
        ..ThreadLink::default()
    };
    let key = Key::thread(context.org(), &lookup.posted.thread);
    if learned == (ThreadLink { ttl: None, ..link.clone() }) {
        return Ok(context.table().renew(&key, link.ttl).await?);
    }
    Ok(context.table().merge(&key, &learned).await?)
}
