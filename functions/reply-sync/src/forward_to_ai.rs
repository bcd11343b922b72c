//! A message for the AI: the customer's, or another participant's where the settings say so.

use bridge_domain::hubspot::message::Message;
use bridge_domain::ids::SessionId;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::message_decision::ForAi;
use bridge_domain::rules::participants::{Customer, author, copies};
use bridge_engine::{Failure, Handled};
use bridge_hubspot_directory::sign_files;
use bridge_opencx::{Outgoing, Speaker};
use bridge_store::{Key, Origin, ReplyPath, SessionLink, ThreadLink};

use crate::message_lookup::MessageLookup;
use crate::{loop_breaker, session};

/// Sends the message to its session, which is opened at the first one.
pub(crate) async fn send(
    lookup: &mut MessageLookup<'_>,
    for_ai: &ForAi,
) -> Result<Handled, Failure> {
    let ForAi { message, by_customer } = for_ai;
    let Some(traffic) = loop_breaker::count(lookup, message).await? else {
        return Ok(SkipReason::LoopStopped.into());
    };
    let text = if *by_customer {
        lookup.customer = Some(learned_customer(lookup, message));
        // HubSpot names some senders by their contact only.
        if lookup.customer.as_ref().is_some_and(is_known_by_contact_only) {
            lookup.complete_customer().await?;
        }
        message.words()
    } else {
        named(lookup, message)
    };
    let known = lookup.customer.clone().unwrap_or_default();
    let session = if let Some(session) = &lookup.link.session {
        session.clone()
    } else {
        lookup.context.announce(session::SEND);
        session::open(lookup, "session", message, &known).await?
    };
    lookup.context.about_session(&session);
    let learned =
        if *by_customer { learned_of(lookup, &session, message) } else { ThreadLink::default() };
    remember(lookup, ThreadLink { traffic, ..learned }).await?;
    remember_session(lookup, &session, message).await?;
    let mut signed = message.clone();
    sign_files(lookup.context, &mut signed, false).await?;
    let outgoing = Outgoing::of_message(&signed, Speaker::Contact, text);
    session::send(lookup, &session, message, &outgoing).await?;
    Ok(Handled::Applied)
}

/// The customer, with the identifiers that this message adds.
fn learned_customer(lookup: &MessageLookup<'_>, message: &Message) -> Customer {
    let contact = lookup.thread.as_ref().and_then(|thread| thread.associated_contact_id.as_ref());
    let mut customer = lookup.customer.clone().unwrap_or_default();
    customer.learn(&author(message, contact));
    customer
}

fn is_known_by_contact_only(customer: &Customer) -> bool {
    customer.addresses.is_empty() && customer.contact().is_some() && !customer.complete
}

/// Another participant's words, under their name.
fn named(lookup: &MessageLookup<'_>, message: &Message) -> String {
    let contact = lookup.thread.as_ref().and_then(|thread| thread.associated_contact_id.as_ref());
    format!("{} wrote:\n\n{}", author(message, contact).title(), message.words())
}

/// The way by which an answer reaches the customer.
fn learned_of(lookup: &MessageLookup<'_>, session: &SessionId, message: &Message) -> ThreadLink {
    let link = &lookup.link;
    let copies = Some(copies(message)).filter(|copies| link.copies.is_some() || !copies.is_empty());
    ThreadLink {
        session: Some(session.clone()),
        channel: Some(message.channel()),
        origin: link.origin.or(Some(Origin::HubSpot)),
        reply_path: ReplyPath::of(message).or_else(|| link.reply_path.clone()),
        copies,
        ..ThreadLink::default()
    }
}

/// Keeps what was learned of the thread, before the AI can answer. Nothing is written when
/// nothing changed.
async fn remember(lookup: &MessageLookup<'_>, learned: ThreadLink) -> Result<(), Failure> {
    let (context, link) = (lookup.context, &lookup.link);
    let key = Key::thread(context.org(), &lookup.posted.thread);
    if learned == (ThreadLink { ttl: None, ..link.clone() }) || learned == ThreadLink::default() {
        return Ok(context.table().renew(&key, link.ttl).await?);
    }
    Ok(context.table().merge(&key, &learned).await?)
}

/// The session of a message that is passed on: it knows its thread and its customer, and
/// lives on with them. Nothing is written when nothing changed.
pub(crate) async fn remember_session(
    lookup: &MessageLookup<'_>,
    session: &SessionId,
    message: &Message,
) -> Result<(), Failure> {
    let (context, known) = (lookup.context, &lookup.session);
    let key = Key::session(context.org(), session);
    if known.thread.is_some() && known.customer == lookup.customer {
        return Ok(context.table().renew(&key, known.ttl).await?);
    }
    let customer = lookup.customer.clone().unwrap_or_default();
    let listed = known.listed.as_deref();
    let listed = context.table().list_session(context.org(), session, &customer, listed).await?;
    let learned = SessionLink {
        thread: Some(lookup.posted.thread.clone()),
        channel: known.channel.or_else(|| Some(message.channel())),
        customer: lookup.customer.clone(),
        listed,
        ..SessionLink::default()
    };
    Ok(context.table().merge(&key, &learned).await?)
}
