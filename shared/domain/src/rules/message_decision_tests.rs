use serde_json::{Value, json};

use super::*;
use crate::settings::AssistMode;
use Decision::{ForwardToAi, Needs, Skip};
use SkipReason as Why;

fn settings() -> Settings {
    Settings::from_json(
        r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
            "hubspot":{"portal_id":1,"app_id":500,"access_token":"p","ai_user_id":"A-111"}}"#,
    )
    .unwrap()
}

/// A chat message of a customer, changed.
fn message(changes: &Value) -> Message {
    let mut value = json!({ "id": "m", "type": "MESSAGE", "direction": "INCOMING", "text": "hi",
                            "channelId": "1000", "senders": [{ "actorId": "V-52" }] });
    for (key, change) in changes.as_object().unwrap() {
        value[key] = change.clone();
    }
    serde_json::from_value(value).unwrap()
}

fn from(actor: &str) -> Value {
    json!([{ "actorId": actor }])
}

fn rep(id: &str) -> Decision {
    Decision::RepReply(UserId::parse(id).unwrap())
}

const BORN_IN_HUBSPOT: KnownSession = KnownSession { awaits_human: false, hubspot_delivers: true };

/// In a thread that nobody owns, with a session that was born in HubSpot.
fn verdict(changes: &Value) -> Decision {
    let known = Known { session: Some(BORN_IN_HUBSPOT), waited: true, ..Known::default() };
    decide(Some(&message(changes)), Some(&Ownership::default()), &settings(), known)
}

#[test]
fn what_a_message_is_decides_its_type_direction_author_and_content() {
    let file = |url: &str| json!([{ "type": "FILE", "name": "a.pdf", "url": url }]);
    let cases = [
        // The customer, by each of their prefixes and without one.
        (json!({}), ForwardToAi),
        (json!({ "senders": from("E-ann@x.org") }), ForwardToAi),
        (json!({ "senders": [{ "name": "Ann" }] }), ForwardToAi),
        (json!({ "senders": [], "createdBy": "V-52" }), ForwardToAi),
        (json!({ "senders": [{ "actorId": "V-52", "name": null }] }), ForwardToAi),
        (json!({ "client": { "clientType": "INTEGRATION", "integrationAppId": 9 } }), ForwardToAi),
        // What they send.
        (json!({ "text": "", "attachments": file("https://f/1") }), ForwardToAi),
        (json!({ "text": "", "richText": "<p>hi</p>" }), ForwardToAi),
        (json!({ "text": "  ", "richText": "<p> <br></p>" }), Skip(Why::EmptyMessage)),
        (json!({ "text": "  ", "richText": null }), Skip(Why::EmptyMessage)),
        (json!({ "text": null, "attachments": file("cid:1") }), Skip(Why::EmptyMessage)),
        (json!({ "truncationStatus": "NOT_TRUNCATED" }), ForwardToAi),
        (json!({ "truncationStatus": "TRUNCATED_TO_MOST_RECENT_REPLY" }), ForwardToAi),
        (json!({ "truncationStatus": "TRUNCATED" }), Needs(Needed::Original)),
        (json!({ "archived": true }), Skip(Why::Archived)),
        // Reps.
        (json!({ "direction": "OUTGOING", "senders": from("A-7") }), rep("7")),
        (json!({ "direction": "OUTGOING", "senders": [], "createdBy": "A-7" }), rep("7")),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "truncationStatus": "TRUNCATED" }),
            Needs(Needed::Original),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "status": { "statusType": "SENT" } }),
            rep("7"),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "status": { "statusType": "FAILED" } }),
            Skip(Why::DeliveryFailed),
        ),
        (json!({ "senders": from("A-7") }), Skip(Why::SenderIsAgent)),
        // Other types.
        (json!({ "type": "COMMENT", "direction": null }), Skip(Why::Comment)),
        (json!({ "type": "COMMENT", "text": HANDOFF_MARKER }), Skip(Why::Comment)),
        (
            json!({ "type": "COMMENT", "direction": "OUTGOING", "senders": from("A-7") }),
            Skip(Why::Comment),
        ),
        (json!({ "type": "WELCOME_MESSAGE" }), Skip(Why::NotAMessage)),
        (json!({ "type": "ASSIGNMENT" }), Skip(Why::NotAMessage)),
        (json!({ "type": "THREAD_STATUS_CHANGE" }), Skip(Why::NotAMessage)),
        (json!({ "direction": null }), Skip(Why::NotAMessage)),
        // Our own, by each sign of it.
        (json!({ "client": { "integrationAppId": 500 } }), Skip(Why::OwnMessage)),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "client": { "integrationAppId": 500 } }),
            Skip(Why::OwnMessage),
        ),
        (json!({ "direction": "OUTGOING", "senders": from("A-111") }), Skip(Why::AiUser)),
        (json!({ "senders": from("A-111") }), Skip(Why::SenderIsAgent)),
        (json!({ "text": "🔄 AI decided to handoff: x" }), Skip(Why::HandoffMarker)),
        (json!({ "richText": "<!-- OpenCX-AI-Response --><p>x</p>" }), Skip(Why::AiMarker)),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "richText": "<!-- OpenCX-AI-Response -->x" }),
            Skip(Why::AiMarker),
        ),
        // Machines, either way.
        (json!({ "senders": from("B-1") }), Skip(Why::NotAPerson)),
        (json!({ "senders": from("I-1") }), Skip(Why::NotAPerson)),
        (json!({ "senders": from("L-1") }), Skip(Why::NotAPerson)),
        (json!({ "senders": from("S-hubspot") }), Skip(Why::NotAPerson)),
        (json!({ "direction": "OUTGOING", "senders": from("B-1") }), Skip(Why::NotAPerson)),
        (json!({ "direction": "OUTGOING", "senders": from("L-1") }), Skip(Why::NotAPerson)),
        (json!({ "direction": "OUTGOING", "senders": from("V-52") }), Skip(Why::NotAPerson)),
        (json!({ "direction": "OUTGOING", "senders": [] }), Skip(Why::NotAPerson)),
    ];
    for (changes, expected) in cases {
        assert_eq!(verdict(&changes), expected, "{changes}");
    }
}

#[test]
fn the_owner_and_assist_mode_decide_whether_the_ai_reads_the_customer() {
    let nobody = || Ownership::of(None);
    let owned = |by: &str| Ownership::of(Some(by.to_owned()));
    let spam = || Ownership { spam: true, ..nobody() };
    let archived = || Ownership { archived: true, ..owned("A-111") };
    let (off, on) = (AssistMode::Everywhere(false), AssistMode::Everywhere(true));
    let web = AssistMode::Channels(vec![Channel::Web]);
    let email = AssistMode::Channels(vec![Channel::Email]);
    let cases = [
        (nobody(), false, &off, ForwardToAi),
        (owned(""), false, &off, ForwardToAi),
        (owned("A-111"), false, &off, ForwardToAi),
        (owned("111"), true, &off, ForwardToAi),
        (nobody(), true, &off, Skip(Why::HandedOff)),
        (owned("A-7"), false, &off, Skip(Why::HumanOwnsThread)),
        (owned("7"), false, &off, Skip(Why::HumanOwnsThread)),
        (owned("A-7"), false, &on, ForwardToAi),
        (nobody(), true, &on, ForwardToAi),
        (owned("A-7"), false, &web, ForwardToAi),
        (owned("A-7"), false, &email, Skip(Why::HumanOwnsThread)),
        (spam(), false, &off, Skip(Why::Spam)),
        (spam(), false, &on, Skip(Why::Spam)),
        (archived(), false, &off, Skip(Why::Archived)),
        (archived(), false, &on, Skip(Why::Archived)),
    ];
    for (thread, awaits_human, mode, expected) in cases {
        let settings = Settings { assist_mode: mode.clone(), ..settings() };
        let session = Some(KnownSession { awaits_human, hubspot_delivers: true });
        let known = Known { session, waited: true, ..Known::default() };
        let visitor = message(&json!({ "senders": [{ "name": "Visitor" }] }));
        let verdict = decide(Some(&visitor), Some(&thread), &settings, known);
        assert_eq!(verdict, expected, "{thread:?} {awaits_human} {mode:?}");
        let rep = message(&json!({ "direction": "OUTGOING", "senders": from("A-7") }));
        let verdict = decide(Some(&rep), Some(&thread), &settings, known);
        assert_eq!(verdict, super::tests::rep("7"), "a rep's reply does not depend on it");
    }
}

#[test]
fn nothing_is_asked_for_that_is_not_needed() {
    let chat = message(&json!({}));
    let email = message(&json!({ "channelId": "1002" }));
    let comment = message(&json!({ "channelId": "1002", "type": "COMMENT" }));
    let cut = message(&json!({ "truncationStatus": "TRUNCATED" }));
    let reply = message(&json!({ "direction": "OUTGOING", "senders": from("A-7") }));
    let human = Ownership::of(Some("A-7".to_owned()));
    let fresh = Known::default();
    let own = Known { own_post: true, ..fresh };
    let on_email = Known { channel: Some(Channel::Email), ..fresh };
    let waited = Known { waited: true, ..on_email };
    let on_web = Known { channel: Some(Channel::Web), ..fresh };
    let in_session = Known { session: Some(KnownSession::default()), ..on_web };
    let failed = message(
        &json!({ "direction": "OUTGOING", "senders": from("A-7"), "status": { "statusType": "FAILED" } }),
    );
    let cases = [
        (None, None, own, Skip(Why::OwnMessage)),
        (None, None, fresh, Needs(Needed::Message)),
        (None, None, on_web, Needs(Needed::Message)),
        (None, None, on_email, Needs(Needed::Delay)),
        (None, None, waited, Needs(Needed::Message)),
        (Some(&chat), None, fresh, Needs(Needed::Ownership)),
        (Some(&email), None, fresh, Needs(Needed::Delay)),
        (Some(&email), None, waited, Needs(Needed::Ownership)),
        (Some(&comment), None, fresh, Skip(Why::Comment)),
        (Some(&cut), None, on_web, Needs(Needed::Ownership)),
        (Some(&cut), Some(&human), on_web, Skip(Why::HumanOwnsThread)),
        (Some(&reply), None, in_session, rep("7")),
        (Some(&reply), None, on_web, Skip(Why::NoSession)),
        // OpenCX delivers there, so HubSpot's failure is none of the customer's.
        (Some(&failed), None, in_session, rep("7")),
    ];
    for (message, thread, known, expected) in cases {
        assert_eq!(decide(message, thread, &settings(), known), expected, "{message:?} {known:?}");
    }
}

#[test]
fn a_cut_message_is_judged_again_by_its_whole_text() {
    let cut = message(&json!({ "truncationStatus": "TRUNCATED" }));
    let known = Known { session: Some(BORN_IN_HUBSPOT), ..Known::default() };
    for (text, expected) in
        [("hi, all of it", ForwardToAi), ("hi 🔄 AI decided to handoff", Skip(Why::HandoffMarker))]
    {
        let original =
            crate::hubspot::message::Original { text: Some(text.to_owned()), rich_text: None };
        let whole = cut.clone().with_original(original);
        assert_eq!(whole.words(), text);
        let verdict = decide(Some(&whole), Some(&Ownership::default()), &settings(), known);
        assert_eq!(verdict, expected);
    }
}
