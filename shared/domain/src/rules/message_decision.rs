//! The decision about a HubSpot message: for the AI, for the customer, for a rep, or skipped.

use crate::email::EmailAddress;
use crate::hubspot::actor::Actor;
use crate::hubspot::message::{Direction, Message};
use crate::hubspot::thread::{Thread, ai_blocked_reason};
use crate::opencx::events::Channel;
use crate::outcome::SkipReason;
use crate::rules::automatic_mail::{is_automatic, may_be_our_own};
use crate::rules::markers::marker;
use crate::rules::participants::{Addressed, Customer, Relation, addressed, author, relation};
use crate::settings::{OtherSenders, Settings};

/// The decision about a message, with the message that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The AI hears it.
    ForwardToAi(Box<ForAi>),
    /// A rep wrote it to the customer.
    RepReply(Box<Message>),
    /// Another participant wrote it, and no human has the thread yet.
    HandToRep(Box<Message>),
    /// It has no effect.
    Skip(SkipReason),
    /// It cannot be decided yet.
    Needs(Needed),
}

/// A message that the AI hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForAi {
    /// The message.
    pub message: Message,
    /// Written by the customer, rather than another participant.
    pub by_customer: bool,
}

/// Something that a decision still needs. Each costs a call or time, so it is asked for
/// only when what is known already does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The message itself: the webhook does not carry it.
    Message,
    /// The pause that email makes, so that drafting and signatures finish first.
    Delay,
    /// The thread, with its owner and its contact.
    Thread,
    /// The whole text of a message that HubSpot cut.
    Original,
    /// The session of the thread, whose handoff may not be processed yet.
    Session,
    /// The session's contact, as OpenCX knows them.
    Customer,
    /// All addresses of the customer's HubSpot contact.
    CustomerAddresses,
    /// The addresses of the portal's own inboxes.
    OwnAddresses,
}

/// Facts about a message and its thread; `None` for what was not asked for yet.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The organisation's settings.
    pub settings: &'a Settings,
    /// Recorded as posted by the bridge. The record may be a
    /// moment late, so it is never the only guard.
    pub own_post: bool,
    /// Its pause is over.
    pub waited: bool,
    /// The thread's channel, from its first message on.
    pub channel: Option<Channel>,
    /// The thread's session, if it has one.
    pub session: Option<KnownSession>,
    /// The session's customer.
    pub customer: Option<&'a Customer>,
    /// The message.
    pub message: Option<&'a Message>,
    /// The thread.
    pub thread: Option<&'a Thread>,
    /// The addresses of the portal's own inboxes.
    pub own_addresses: Option<&'a [EmailAddress]>,
}

/// The thread's session.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownSession {
    /// Handed off, and no human owns the thread yet.
    pub awaits_human: bool,
    /// Born in HubSpot, which carries messages to the customer.
    pub hubspot_delivers: bool,
}

/// Decides about a message by what is known of it so far.
pub fn decide(known: &Known<'_>) -> Decision {
    if known.own_post {
        return Decision::Skip(SkipReason::OwnMessage);
    }
    if known.channel == Some(Channel::Email) && !known.waited {
        return Decision::Needs(Needed::Delay);
    }
    let Some(message) = known.message else { return Decision::Needs(Needed::Message) };
    let channel = message.channel_id.as_deref().filter(|_| message.kind == "MESSAGE");
    if channel.is_some_and(|channel| known.settings.channels.has(channel)) {
        return Decision::Skip(SkipReason::ChannelMessage);
    }
    let side = match side(message, known.settings) {
        Ok(side) => side,
        Err(reason) => return Decision::Skip(reason),
    };
    if message.is_email() && !known.waited {
        return Decision::Needs(Needed::Delay);
    }
    match side {
        Direction::Incoming => incoming(message, known),
        Direction::Outgoing => from_rep(message, known),
    }
}

/// The AI hears the customer while it may take part in the thread.
fn incoming(message: &Message, known: &Known<'_>) -> Decision {
    if known.own_addresses.is_none() && may_be_our_own(message, &known.settings.signatures) {
        return Decision::Needs(Needed::OwnAddresses);
    }
    if is_automatic(message, known.own_addresses.unwrap_or_default()) {
        return Decision::Skip(SkipReason::AutomaticMessage);
    }
    let by_customer = match is_by_customer(message, known) {
        Ok(by_customer) => by_customer,
        Err(needed) => return Decision::Needs(needed),
    };
    let Some(thread) = known.thread else { return Decision::Needs(Needed::Thread) };
    let handed_off = known.session.is_some_and(|session| session.awaits_human);
    let channel = Some(message.channel());
    let blocked = ai_blocked_reason(thread, handed_off, channel, known.settings);
    let forwarded = by_customer || known.settings.other_senders == OtherSenders::ForwardToAi;
    match blocked {
        _ if !forwarded => to_rep(message, blocked, known.settings),
        Some(reason) => Decision::Skip(reason),
        None if message.is_truncated() => Decision::Needs(Needed::Original),
        None => Decision::ForwardToAi(Box::new(ForAi { message: message.clone(), by_customer })),
    }
}

/// A participant's message calls a human, unless one is there. Assist Mode assigns nobody.
fn to_rep(message: &Message, blocked: Option<SkipReason>, settings: &Settings) -> Decision {
    let has_human = blocked.is_some() || settings.assist_mode.covers(Some(message.channel()));
    if has_human {
        Decision::Skip(SkipReason::NotTheCustomer)
    } else {
        Decision::HandToRep(Box::new(message.clone()))
    }
}

/// Whoever writes first in a thread without a session is its customer.
fn is_by_customer(message: &Message, known: &Known<'_>) -> Result<bool, Needed> {
    if known.session.is_none() {
        return Ok(true);
    }
    let customer = known.customer.ok_or(Needed::Customer)?;
    let contact = known.thread.map(|thread| thread.associated_contact_id.as_ref());
    match relation(message, customer, contact) {
        Relation::Customer => Ok(true),
        Relation::Participant => Ok(false),
        Relation::ThreadContact => Err(Needed::Thread),
        Relation::Unrecognised => Err(Needed::CustomerAddresses),
    }
}

/// The session hears what a rep wrote to the customer. What HubSpot could not deliver the
/// customer never saw; where OpenCX delivers, HubSpot's own failure does not matter.
fn from_rep(message: &Message, known: &Known<'_>) -> Decision {
    let Some(session) = known.session else { return Decision::Needs(Needed::Session) };
    let Some(customer) = known.customer else { return Decision::Needs(Needed::Customer) };
    match addressed(message, customer) {
        Addressed::No => Decision::Skip(SkipReason::NotToTheCustomer),
        Addressed::Unrecognised => Decision::Needs(Needed::CustomerAddresses),
        Addressed::Yes if session.hubspot_delivers && message.has_failed() => {
            Decision::Skip(SkipReason::DeliveryFailed)
        }
        Addressed::Yes if message.is_truncated() => Decision::Needs(Needed::Original),
        Addressed::Yes => Decision::RepReply(Box::new(message.clone())),
    }
}

/// Tells why a message towards the customer is none of a rep's.
pub fn not_from_rep(message: &Message, settings: &Settings) -> Option<SkipReason> {
    match side(message, settings) {
        Ok(Direction::Outgoing) => None,
        Ok(Direction::Incoming) => Some(SkipReason::NotAMessage),
        Err(reason) => Some(reason),
    }
}

/// The direction of a message that a person wrote: a customer or another participant
/// towards the inbox, a rep from it.
fn side(message: &Message, settings: &Settings) -> Result<Direction, SkipReason> {
    if let Some(reason) = not_a_conversation(message, settings) {
        return Err(reason);
    }
    match message.direction {
        None => Err(SkipReason::NotAMessage),
        Some(Direction::Incoming) => match author_actor(message) {
            Some(Actor::User(_)) => Err(SkipReason::SenderIsAgent),
            Some(Actor::Machine) => Err(SkipReason::NotAPerson),
            // HubSpot leaves out the actor of people known by email only.
            Some(Actor::Customer) | None => Ok(Direction::Incoming),
        },
        Some(Direction::Outgoing) => match message.actor() {
            Some(Actor::User(user)) if user == settings.hubspot.ai_user_id => {
                Err(SkipReason::AiUser)
            }
            Some(Actor::User(_)) if message.is_automated() => Err(SkipReason::Automated),
            Some(Actor::User(_)) => match marker(message) {
                Some(reason) => Err(reason),
                None => Ok(Direction::Outgoing),
            },
            _ => Err(SkipReason::NotAPerson),
        },
    }
}

/// The actor who wrote an incoming message. A sender who is known by their address is a
/// person, whoever entered the mail into HubSpot.
fn author_actor(message: &Message) -> Option<Actor> {
    let author = author(message, None);
    match author.actor_id {
        Some(actor) => Some(Actor::parse(&actor)),
        None if author.delivery_identifier.is_some() => None,
        None => message.actor(),
    }
}

/// Tells what rules a message out whoever sent it.
fn not_a_conversation(message: &Message, settings: &Settings) -> Option<SkipReason> {
    let app = settings.hubspot.app_id.map(|app| app.to_string());
    let by_our_app = app.is_some() && message.client.integration_app_id == app;
    match message.kind.as_str() {
        "COMMENT" => Some(SkipReason::Comment),
        "MESSAGE" if by_our_app => Some(SkipReason::OwnMessage),
        "MESSAGE" if message.archived => Some(SkipReason::Archived),
        "MESSAGE" if !message.is_truncated() && !message.says_something() => {
            Some(SkipReason::EmptyMessage)
        }
        "MESSAGE" => None,
        _ => Some(SkipReason::NotAMessage),
    }
}

#[cfg(test)]
#[path = "message_decision_tests.rs"]
mod tests;
