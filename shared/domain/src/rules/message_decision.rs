//! The judgement of a HubSpot message: for the AI, a rep's reply, or nothing.

use crate::hubspot::actor::{Actor, UserId};
use crate::hubspot::message::Message;
use crate::hubspot::thread::{Ownership, ai_blocked_reason};
use crate::opencx::events::Channel;
use crate::outcome::SkipReason;
use crate::settings::Settings;

/// How a handoff comment begins: part of OpenCX's contract (docs/vendors/hubspot.md#markers).
pub const HANDOFF_MARKER: &str = "🔄 AI decided to handoff";

/// What an AI answer's rich text carries: part of OpenCX's contract. HubSpot
/// may strip it, so it is never the only guard (docs/vendors/hubspot.md#markers).
pub const AI_MARKER: &str = "<!-- OpenCX-AI-Response -->";

/// What a message is to the bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The customer wrote it, and the AI should read it.
    ForwardToAi,
    /// A rep wrote it to the customer.
    RepReply(UserId),
    /// It is nothing to us.
    Skip(SkipReason),
    /// It cannot be judged yet.
    Needs(Needed),
}

/// What a judgement still needs. Each costs a call or time, so it is asked for only
/// when what is known already does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The message itself: the webhook does not carry it.
    Message,
    /// The pause that email makes, so that drafting and signatures finish first.
    Delay,
    /// Who owns the thread.
    Ownership,
    /// The whole text of a message that HubSpot cut.
    Original,
}

/// What the bridge knows of a message and its thread by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// Whether it stands in the record of what the bridge posted. The record may be a
    /// moment late, so it is never the only guard.
    pub own_post: bool,
    /// Whether it has made its pause.
    pub waited: bool,
    /// The thread's channel, from its first message on.
    pub channel: Option<Channel>,
    /// The thread's session, if it has one.
    pub session: Option<KnownSession>,
}

/// What is known of a thread's session.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownSession {
    /// Whether it was handed off and no human owns the thread yet.
    pub awaits_human: bool,
    /// Whether HubSpot carries messages to the customer, since it was born there.
    pub hubspot_delivers: bool,
}

/// Judges a message by what is known of it so far
/// (docs/ARCHITECTURE.md#conversations-among-real-people).
pub fn decide(
    message: Option<&Message>,
    thread: Option<&Ownership>,
    settings: &Settings,
    known: Known,
) -> Decision {
    if known.own_post {
        return Decision::Skip(SkipReason::OwnMessage);
    }
    if known.channel == Some(Channel::Email) && !known.waited {
        return Decision::Needs(Needed::Delay);
    }
    let Some(message) = message else { return Decision::Needs(Needed::Message) };
    let author = match author(message, settings) {
        Ok(author) => author,
        Err(reason) => return Decision::Skip(reason),
    };
    if message.is_email() && !known.waited {
        return Decision::Needs(Needed::Delay);
    }
    match author {
        Author::Customer => from_customer(message, thread, settings, known.session),
        Author::Rep(rep) => from_rep(message, rep, known.session),
    }
}

/// The AI reads it while it may take part in the thread.
fn from_customer(
    message: &Message,
    thread: Option<&Ownership>,
    settings: &Settings,
    session: Option<KnownSession>,
) -> Decision {
    let Some(thread) = thread else { return Decision::Needs(Needed::Ownership) };
    let handed_off = session.is_some_and(|session| session.awaits_human);
    match ai_blocked_reason(thread, handed_off, Some(message.channel()), settings) {
        Some(reason) => Decision::Skip(reason),
        None if message.is_truncated() => Decision::Needs(Needed::Original),
        None => Decision::ForwardToAi,
    }
}

/// The session hears it. What HubSpot could not deliver the customer never saw; where
/// OpenCX delivers, HubSpot's own failure does not matter.
fn from_rep(message: &Message, rep: UserId, session: Option<KnownSession>) -> Decision {
    match session {
        None => Decision::Skip(SkipReason::NoSession),
        Some(session) if session.hubspot_delivers && message.has_failed() => {
            Decision::Skip(SkipReason::DeliveryFailed)
        }
        Some(_) if message.is_truncated() => Decision::Needs(Needed::Original),
        Some(_) => Decision::RepReply(rep),
    }
}

enum Author {
    Customer,
    Rep(UserId),
}

/// Who wrote a message whose words count.
fn author(message: &Message, settings: &Settings) -> Result<Author, SkipReason> {
    if let Some(reason) = not_a_conversation(message, settings) {
        return Err(reason);
    }
    let outgoing = match message.direction.as_deref() {
        Some("INCOMING") => false,
        Some("OUTGOING") => true,
        _ => return Err(SkipReason::NotAMessage),
    };
    match (outgoing, message.actor()) {
        // HubSpot leaves out the actor of people known by email only.
        (false, Some(Actor::Customer) | None) => Ok(Author::Customer),
        (false, Some(Actor::User(_))) => Err(SkipReason::SenderIsAgent),
        (true, Some(Actor::User(user))) if user == settings.hubspot.ai_user_id => {
            Err(SkipReason::AiUser)
        }
        (true, Some(Actor::User(user))) => Ok(Author::Rep(user)),
        _ => Err(SkipReason::NotAPerson),
    }
}

/// What rules a message out whoever sent it.
fn not_a_conversation(message: &Message, settings: &Settings) -> Option<SkipReason> {
    let posted_by = message.client.integration_app_id;
    let by_our_app = posted_by.is_some() && posted_by == settings.hubspot.app_id;
    let words = message.has_text() || message.files().next().is_some() || message.is_truncated();
    match message.kind.as_str() {
        "COMMENT" => Some(SkipReason::Comment),
        "MESSAGE" if by_our_app => Some(SkipReason::OwnMessage),
        "MESSAGE" if message.contains(HANDOFF_MARKER) => Some(SkipReason::HandoffMarker),
        "MESSAGE" if message.contains(AI_MARKER) => Some(SkipReason::AiMarker),
        "MESSAGE" if message.archived => Some(SkipReason::Archived),
        "MESSAGE" if !words => Some(SkipReason::EmptyMessage),
        "MESSAGE" => None,
        _ => Some(SkipReason::NotAMessage),
    }
}

#[cfg(test)]
#[path = "message_decision_tests.rs"]
mod tests;
