//! The judgement of a HubSpot message: for the AI, a rep's reply, or nothing.

use crate::actor::{Actor, UserId};
use crate::message::Message;
use crate::outcome::SkipReason;
use crate::settings::Settings;

/// How a handoff comment begins: part of OpenCX's contract (HUBSPOT.md J).
pub const HANDOFF_MARKER: &str = "🔄 AI decided to handoff";

/// What an AI answer's rich text carries: part of OpenCX's contract. HubSpot
/// may strip it, so it is never the only guard (HUBSPOT.md I).
pub const AI_MARKER: &str = "<!-- OpenCX-AI-Response -->";

/// What a message is to the bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The customer wrote it: the AI should read it, unless a human owns the
    /// thread ([`crate::thread::silence`]).
    ForTheAi,
    /// A rep wrote it to the customer.
    RepReply(UserId),
    /// It is nothing to us.
    Skip(SkipReason),
}

/// Judges a message. That it does not stand in the record of what the bridge posted
/// was checked before it was fetched; that record may be a moment late.
pub fn judge(message: &Message, settings: &Settings) -> Verdict {
    if let Some(reason) = not_a_conversation(message, settings) {
        return Verdict::Skip(reason);
    }
    let outgoing = match message.direction.as_deref() {
        Some("INCOMING") => false,
        Some("OUTGOING") => true,
        _ => return Verdict::Skip(SkipReason::NotAMessage),
    };
    match (outgoing, message.actor()) {
        // HubSpot leaves out the actor of people known by email only.
        (false, Some(Actor::Customer) | None) => Verdict::ForTheAi,
        (false, Some(Actor::User(_))) => Verdict::Skip(SkipReason::SenderIsAgent),
        (true, Some(Actor::User(user))) if user == settings.hubspot.ai_user_id => {
            Verdict::Skip(SkipReason::AiUser)
        }
        (true, Some(Actor::User(user))) => Verdict::RepReply(user),
        _ => Verdict::Skip(SkipReason::NotAPerson),
    }
}

/// What rules a message out whoever sent it.
fn not_a_conversation(message: &Message, settings: &Settings) -> Option<SkipReason> {
    let posted_by = message.client.integration_app_id;
    let by_our_app = posted_by.is_some() && posted_by == settings.hubspot.app_id;
    let words = message.has_text() || message.files().next().is_some();
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
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings() -> Settings {
        Settings::from_json(
            r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
                "hubspot":{"portal_id":1,"app_id":500,"access_token":"p","ai_user_id":"A-111"}}"#,
        )
        .unwrap()
    }

    fn verdict(changes: &Value) -> Verdict {
        let mut value = json!({ "id": "m", "type": "MESSAGE", "direction": "INCOMING", "text": "hi",
                                "senders": [{ "actorId": "V-52" }] });
        for (key, change) in changes.as_object().unwrap() {
            value[key] = change.clone();
        }
        judge(&serde_json::from_value(value).unwrap(), &settings())
    }

    fn from(actor: &str) -> Value {
        json!([{ "actorId": actor }])
    }

    #[test]
    fn every_message_is_for_the_ai_a_reps_reply_or_skipped_for_one_reason() {
        use SkipReason as Why;
        let rep = Verdict::RepReply(UserId::parse("7").unwrap());
        let skip = Verdict::Skip;
        let cases = [
            (json!({}), Verdict::ForTheAi),
            (json!({ "senders": from("E-ann@x.org") }), Verdict::ForTheAi),
            (json!({ "senders": [{ "name": "Ann" }] }), Verdict::ForTheAi),
            (
                json!({ "text": "", "attachments": [{ "type": "FILE", "url": "https://f/1" }] }),
                Verdict::ForTheAi,
            ),
            (
                json!({ "client": { "clientType": "INTEGRATION", "integrationAppId": 9 } }),
                Verdict::ForTheAi,
            ),
            (json!({ "direction": "OUTGOING", "senders": from("A-7") }), rep.clone()),
            (json!({ "direction": "OUTGOING", "senders": [], "createdBy": "A-7" }), rep),
            (json!({ "type": "COMMENT", "direction": null }), skip(Why::Comment)),
            (json!({ "type": "COMMENT", "text": HANDOFF_MARKER }), skip(Why::Comment)),
            (json!({ "type": "WELCOME_MESSAGE" }), skip(Why::NotAMessage)),
            (json!({ "type": "ASSIGNMENT" }), skip(Why::NotAMessage)),
            (json!({ "direction": null }), skip(Why::NotAMessage)),
            (json!({ "client": { "integrationAppId": 500 } }), skip(Why::OwnMessage)),
            (json!({ "text": "🔄 AI decided to handoff: x" }), skip(Why::HandoffMarker)),
            (json!({ "richText": "<!-- OpenCX-AI-Response --><p>x</p>" }), skip(Why::AiMarker)),
            (json!({ "archived": true }), skip(Why::Archived)),
            (json!({ "text": "  ", "richText": null }), skip(Why::EmptyMessage)),
            (json!({ "senders": from("A-7") }), skip(Why::SenderIsAgent)),
            (json!({ "senders": from("A-111") }), skip(Why::SenderIsAgent)),
            (json!({ "senders": from("B-1") }), skip(Why::NotAPerson)),
            (json!({ "senders": from("I-1") }), skip(Why::NotAPerson)),
            (json!({ "senders": from("L-1") }), skip(Why::NotAPerson)),
            (json!({ "senders": from("S-hubspot") }), skip(Why::NotAPerson)),
            (json!({ "direction": "OUTGOING", "senders": from("A-111") }), skip(Why::AiUser)),
            (json!({ "direction": "OUTGOING", "senders": from("B-1") }), skip(Why::NotAPerson)),
            (json!({ "direction": "OUTGOING", "senders": from("V-52") }), skip(Why::NotAPerson)),
            (json!({ "direction": "OUTGOING", "senders": [] }), skip(Why::NotAPerson)),
        ];
        for (changes, expected) in cases {
            assert_eq!(verdict(&changes), expected, "{changes}");
        }
    }
}
