use serde_json::{Value, json};

use super::*;
use crate::rules::markers::HANDOFF_MARKER;
use crate::settings::AssistMode;
use Kind::{ForwardToAi, HandToRep, Needs, RepReply, Skip};
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

/// A decision without the message that it carries.
#[derive(Debug, PartialEq)]
enum Kind {
    ForwardToAi,
    RepReply,
    HandToRep,
    Skip(Why),
    Needs(Needed),
}

fn kind(decision: &Decision) -> Kind {
    match decision {
        Decision::ForwardToAi(_) => ForwardToAi,
        Decision::RepReply(_) => RepReply,
        Decision::HandToRep(_) => HandToRep,
        Decision::Skip(reason) => Skip(*reason),
        Decision::Needs(needed) => Needs(*needed),
    }
}

fn thread(owner: Option<&str>) -> Thread {
    serde_json::from_value(json!({ "id": "7", "assignedTo": owner, "associatedContactId": "52" }))
        .unwrap()
}

const BORN_IN_HUBSPOT: KnownSession = KnownSession { awaits_human: false, hubspot_delivers: true };

/// A visitor of a live chat, of whom no more can be learned.
fn visitor() -> Customer {
    let actors = vec!["V-52".to_owned(), "E-ann@x.org".to_owned()];
    Customer { actors, complete: true, ..Customer::default() }
}

fn known(settings: &Settings) -> Known<'_> {
    Known {
        settings,
        own_post: false,
        waited: false,
        channel: None,
        session: None,
        customer: None,
        message: None,
        thread: None,
        own_addresses: None,
    }
}

/// In a thread that nobody owns, with a session that was born in HubSpot.
fn verdict(changes: &Value) -> Kind {
    let (settings, visitor, message, thread) =
        (settings(), visitor(), message(changes), thread(None));
    kind(&decide(&Known {
        session: Some(BORN_IN_HUBSPOT),
        waited: true,
        customer: Some(&visitor),
        message: Some(&message),
        thread: Some(&thread),
        ..known(&settings)
    }))
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
        (json!({ "text": null, "attachments": file("cid:1") }), ForwardToAi),
        (json!({ "text": null, "attachments": null }), Skip(Why::EmptyMessage)),
        (json!({ "text": "", "attachments": [{ "type": "FILE" }, 7] }), Skip(Why::EmptyMessage)),
        (json!({ "text": "", "subject": "Please call me back" }), ForwardToAi),
        (json!({ "text": "", "richText": "<img src='https://f/1.png'>" }), ForwardToAi),
        (json!({ "text": 5, "richText": "<p>hi</p>", "status": "odd", "client": [] }), ForwardToAi),
        (json!({ "truncationStatus": "NOT_TRUNCATED" }), ForwardToAi),
        (json!({ "truncationStatus": "TRUNCATED_TO_MOST_RECENT_REPLY" }), ForwardToAi),
        (json!({ "truncationStatus": "TRUNCATED" }), Needs(Needed::Original)),
        (json!({ "archived": true }), Skip(Why::Archived)),
        // Reps.
        (json!({ "direction": "OUTGOING", "senders": from("A-7") }), RepReply),
        (json!({ "direction": "OUTGOING", "senders": [], "createdBy": "A-7" }), RepReply),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "truncationStatus": "TRUNCATED" }),
            Needs(Needed::Original),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "status": { "statusType": "SENT" } }),
            RepReply,
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
        // A marker is a rep's or the AI's, never the customer's.
        (json!({ "text": "🔄 AI decided to handoff: x" }), ForwardToAi),
        (json!({ "richText": "<!-- OpenCX-AI-Response --><p>x</p>" }), ForwardToAi),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "text": "🔄 AI decided to handoff: x" }),
            Skip(Why::HandoffMarker),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"),
                    "richText": "<p>See below</p><blockquote><!-- OpenCX-AI-Response -->x</blockquote>" }),
            RepReply,
        ),
        // Automation in a user's name.
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "createdBy": "S-hubspot" }),
            Skip(Why::Automated),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "createdBy": "S-workflow" }),
            Skip(Why::Automated),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "client": { "clientType": "SYSTEM" } }),
            Skip(Why::Automated),
        ),
        (
            json!({ "direction": "OUTGOING", "senders": from("A-7"), "createdBy": "A-7",
                    "client": { "clientType": "HUBSPOT" } }),
            RepReply,
        ),
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
    let spam = || {
        let mut thread = thread(None);
        thread.spam = true;
        thread
    };
    let archived = || {
        let mut thread = thread(Some("A-111"));
        thread.archived = true;
        thread
    };
    let (off, on) = (AssistMode::Everywhere(false), AssistMode::Everywhere(true));
    let web = AssistMode::Channels(vec![Channel::Web]);
    let email = AssistMode::Channels(vec![Channel::Email]);
    let cases = [
        (thread(None), false, &off, ForwardToAi),
        (thread(Some("")), false, &off, ForwardToAi),
        (thread(Some("A-111")), false, &off, ForwardToAi),
        (thread(Some("111")), true, &off, ForwardToAi),
        (thread(None), true, &off, Skip(Why::HandedOff)),
        (thread(Some("A-7")), false, &off, Skip(Why::HumanOwnsThread)),
        (thread(Some("7")), false, &off, Skip(Why::HumanOwnsThread)),
        (thread(Some("A-7")), false, &on, ForwardToAi),
        (thread(None), true, &on, ForwardToAi),
        (thread(Some("A-7")), false, &web, ForwardToAi),
        (thread(Some("A-7")), false, &email, Skip(Why::HumanOwnsThread)),
        (spam(), false, &off, Skip(Why::Spam)),
        (spam(), false, &on, Skip(Why::Spam)),
        (archived(), false, &off, Skip(Why::Archived)),
        (archived(), false, &on, Skip(Why::Archived)),
    ];
    for (thread, awaits_human, mode, expected) in cases {
        let settings = Settings { assist_mode: mode.clone(), ..settings() };
        let customer = visitor();
        let about = |message: &Message| {
            kind(&decide(&Known {
                session: Some(KnownSession { awaits_human, hubspot_delivers: true }),
                waited: true,
                customer: Some(&customer),
                message: Some(message),
                thread: Some(&thread),
                ..known(&settings)
            }))
        };
        let unnamed = message(&json!({ "senders": [{ "name": "Visitor" }] }));
        assert_eq!(about(&unnamed), expected, "{thread:?} {awaits_human} {mode:?}");
        let rep = message(&json!({ "direction": "OUTGOING", "senders": from("A-7") }));
        assert_eq!(about(&rep), RepReply, "a rep's reply does not depend on it");
    }
}

#[test]
fn another_participants_message_calls_a_human_unless_one_is_there() {
    let bob = message(&json!({ "senders": from("E-bob@partner.example") }));
    let (hand, forward) = (OtherSenders::HandToRep, OtherSenders::ForwardToAi);
    let (off, on) = (AssistMode::Everywhere(false), AssistMode::Everywhere(true));
    let cases = [
        (hand, None, false, &off, HandToRep),
        (hand, Some("A-111"), false, &off, HandToRep),
        (hand, Some("A-111"), true, &off, HandToRep),
        (hand, None, true, &off, Skip(Why::NotTheCustomer)),
        (hand, Some("A-7"), false, &off, Skip(Why::NotTheCustomer)),
        (hand, None, false, &on, Skip(Why::NotTheCustomer)),
        (forward, None, false, &off, ForwardToAi),
        (forward, Some("A-7"), false, &off, Skip(Why::HumanOwnsThread)),
        (forward, Some("A-7"), false, &on, ForwardToAi),
    ];
    for (other_senders, owner, awaits_human, mode, expected) in cases {
        let settings = Settings { assist_mode: mode.clone(), other_senders, ..settings() };
        let (customer, thread) = (visitor(), thread(owner));
        let decision = decide(&Known {
            session: Some(KnownSession { awaits_human, hubspot_delivers: true }),
            waited: true,
            customer: Some(&customer),
            message: Some(&bob),
            thread: Some(&thread),
            ..known(&settings)
        });
        if let Decision::ForwardToAi(for_ai) = &decision {
            assert!(!for_ai.by_customer);
        }
        assert_eq!(
            kind(&decision),
            expected,
            "{other_senders:?} {owner:?} {awaits_human} {mode:?}"
        );
    }
}

#[test]
fn nothing_is_asked_for_that_is_not_needed() {
    let chat = message(&json!({}));
    let email = message(&json!({ "channelId": "1002" }));
    let bounce = message(&json!({ "channelId": "1002", "senders": from("E-mailer-daemon@x.org") }));
    let comment = message(&json!({ "channelId": "1002", "type": "COMMENT" }));
    let cut = message(&json!({ "truncationStatus": "TRUNCATED" }));
    let reply = message(&json!({ "direction": "OUTGOING", "senders": from("A-7") }));
    let unnamed = message(&json!({ "senders": [] }));
    let bob = message(&json!({ "senders": from("E-bob@partner.example") }));
    let own = message(&json!({ "channelId": "1002", "senders": from("E-ann@x.org"),
        "recipients": [{ "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": "ann@x.org" } }] }));
    let failed = message(
        &json!({ "direction": "OUTGOING", "senders": from("A-7"), "status": { "statusType": "FAILED" } }),
    );
    let (settings, visitor, human) = (settings(), visitor(), thread(Some("A-7")));
    let incomplete = Customer { complete: false, ..visitor.clone() };
    let fresh = known(&settings);
    let posted = Known { own_post: true, ..fresh };
    let on_email = Known { channel: Some(Channel::Email), ..fresh };
    let waited = Known { waited: true, ..on_email };
    let on_web = Known { channel: Some(Channel::Web), ..fresh };
    let of_session = Known { session: Some(KnownSession::default()), ..on_web };
    let of_customer = Known { customer: Some(&visitor), ..of_session };
    let cases = [
        (None, None, posted, Skip(Why::OwnMessage)),
        (None, None, fresh, Needs(Needed::Message)),
        (None, None, on_web, Needs(Needed::Message)),
        (None, None, on_email, Needs(Needed::Delay)),
        (None, None, waited, Needs(Needed::Message)),
        (Some(&chat), None, fresh, Needs(Needed::Thread)),
        (Some(&email), None, fresh, Needs(Needed::Delay)),
        (Some(&email), None, waited, Needs(Needed::Thread)),
        (Some(&bounce), None, waited, Skip(Why::AutomaticMessage)),
        (Some(&own), None, waited, Needs(Needed::OwnAddresses)),
        (Some(&comment), None, fresh, Skip(Why::Comment)),
        (Some(&cut), None, on_web, Needs(Needed::Thread)),
        (Some(&cut), Some(&human), on_web, Skip(Why::HumanOwnsThread)),
        (Some(&reply), None, of_customer, RepReply),
        (Some(&reply), None, of_session, Needs(Needed::Customer)),
        (Some(&reply), None, on_web, Needs(Needed::Session)),
        (Some(&unnamed), None, of_customer, Needs(Needed::Thread)),
        (Some(&bob), None, of_session, Needs(Needed::Customer)),
        (Some(&bob), None, of_customer, Needs(Needed::Thread)),
        (
            Some(&bob),
            None,
            Known { customer: Some(&incomplete), ..of_session },
            Needs(Needed::CustomerAddresses),
        ),
        // OpenCX delivers there, so HubSpot's failure is none of the customer's.
        (Some(&failed), None, of_customer, RepReply),
    ];
    for (message, thread, known, expected) in cases {
        let decision = decide(&Known { message, thread, ..known });
        assert_eq!(kind(&decision), expected, "{message:?} {known:?}");
    }
}

#[test]
fn mail_from_the_inbox_itself_is_automatic_and_from_a_customer_in_copy_is_not() {
    let settings = settings();
    let thread = thread(None);
    let own = [EmailAddress::parse("ann@x.org").unwrap()];
    let mail = message(&json!({ "channelId": "1002", "senders": from("E-ann@x.org"),
        "recipients": [{ "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": "ann@x.org" } }] }));
    for (own, expected) in [(own.as_slice(), Skip(Why::AutomaticMessage)), (&[], ForwardToAi)] {
        let decision = decide(&Known {
            waited: true,
            message: Some(&mail),
            thread: Some(&thread),
            own_addresses: Some(own),
            ..known(&settings)
        });
        assert_eq!(kind(&decision), expected);
    }
}

#[test]
fn a_cut_message_is_decided_again_by_its_whole_text() {
    let cut = message(&json!({ "truncationStatus": "TRUNCATED" }));
    let (settings, thread) = (settings(), thread(None));
    for (original, words) in [(Some("hi, all of it"), "hi, all of it"), (None, "hi")] {
        let original = original.map(|text| crate::hubspot::message::Original {
            text: Some(text.to_owned()),
            rich_text: None,
        });
        let whole = cut.clone().with_original(original);
        let known = Known { message: Some(&whole), thread: Some(&thread), ..known(&settings) };
        let Decision::ForwardToAi(for_ai) = decide(&known) else { panic!("the AI hears it") };
        assert_eq!(for_ai.message.words(), words);
    }
}
