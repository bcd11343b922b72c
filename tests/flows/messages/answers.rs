//! Answers of the AI: to whom, by which way, and what becomes of those that HubSpot refuses.

use hubspot_sim::{Channel, CustomerMessage, Fault, Message, MessageKind, rejections};
use serde_json::{Value, json};
use tests::{Bridge, ann, handoff_event, handoff_on, seen, with};

use super::{answers, begun, session_of};

fn answer(session: &str, id: &str, timestamp: &str) -> Value {
    json!({ "event": "conversation.ai_response", "event_id": id, "organization_id": "acme",
            "data": { "conversation_id": session, "message_id": id, "message": id,
                      "timestamp": timestamp } })
}

async fn answered(bridge: &Bridge, event: &Value) -> bridge_domain::outcome::OutcomeRecord {
    bridge.event(event).await;
    let id = event["event_id"].as_str().unwrap().to_owned();
    let of_event = |record: &bridge_domain::outcome::OutcomeRecord| {
        record.function == "ai-reply" && record.event_id.contains(&id)
    };
    bridge.outcome(&id, of_event).await
}

fn comments(bridge: &Bridge, thread: &str) -> Vec<Message> {
    let mut all = bridge.portal().messages(thread);
    all.retain(|message| message.kind == MessageKind::Comment);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_goes_on_by_another_mail_is_answered_there() {
    for (first, subject, copies) in [
        (Channel::LiveChat, "My order", vec![]),
        (Channel::LiveChat, "Re: our chat", vec!["boss@example.com"]),
        (Channel::Email, "My invoice", vec![]),
    ] {
        let bridge = Bridge::start().await;
        let thread = begun(&bridge, first).await;
        let cc: Vec<_> = copies.iter().map(|address| (*address).to_owned()).collect();
        let mail = CustomerMessage {
            subject: Some(subject.to_owned()),
            cc,
            ..ann(Channel::Email, Some(&thread), "Now by mail")
        };
        bridge.portal().customer_writes(mail).unwrap();
        let answer = seen("the second answer", || answers(&bridge, &thread).get(1).cloned()).await;
        assert_eq!(answer.channel_id.as_deref(), Some("1002"), "{subject}");
        assert_eq!(answer.subject.as_deref(), Some(subject));
        assert_eq!(answer.addresses("TO"), ["ann@example.org"], "{subject}");
        assert_eq!(answer.addresses("CC"), copies, "{subject}");
        assert_eq!(answer.rich_text().unwrap().matches("Acme Support").count(), 1, "{subject}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_message_without_an_identifier_of_the_chat_is_answered_there() {
    let mail = json!({ "type": "HS_EMAIL_ADDRESS", "value": "ann@example.org" });
    for senders in [
        json!([]),
        json!([{ "actorId": "E-ann@example.org" }]),
        json!([{ "name": "Ann", "deliveryIdentifier": mail }]),
    ] {
        let bridge = Bridge::start().await;
        let thread = begun(&bridge, Channel::Email).await;
        let chat = CustomerMessage {
            senders: Some(serde_json::from_value(senders.clone()).unwrap()),
            ..ann(Channel::LiveChat, Some(&thread), "Now in the chat")
        };
        bridge.portal().customer_writes(chat).unwrap();
        let answer = seen("the second answer", || answers(&bridge, &thread).get(1).cloned()).await;
        assert_eq!(answer.channel_id.as_deref(), Some("1000"), "{senders}");
        assert!(comments(&bridge, &thread).is_empty(), "{senders}");
    }
}

/// An answer of the session's AI, with or without ids.
fn given(session: &str, text: &str, ids: &Value, timestamp: Option<&str>) -> Value {
    let mut event = json!({ "event": "conversation.ai_response", "organization_id": "acme",
        "data": { "conversation_id": session, "message": text, "timestamp": timestamp,
                  "message_id": ids.get("message") } });
    event["event_id"] = ids.get("event").cloned().unwrap_or_default();
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_posted_once_for_each_time_that_it_was_given() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    let session = session_of(&bridge, "first");
    let at = |time: &'static str| Some(time);
    let none = json!({});
    let message = |id: Value| json!({ "message": id });
    let of_event = |id: &str, event: &str| json!({ "message": id, "event": event });
    let cases = [
        (
            "one id, three moments",
            1,
            vec![
                (message(json!("m-1")), at("2026-11-21T20:46:15Z")),
                (message(json!("m-1")), at("2026-11-21T20:46:16Z")),
                (message(json!("m-1")), at("2026-11-21T21:46:15Z")),
            ],
        ),
        (
            "one id as number and text",
            1,
            vec![(message(json!(42)), at("2026-11-21T20:46:15Z")), (message(json!("42")), None)],
        ),
        (
            "one id in two events",
            1,
            vec![
                (of_event("m-3", "e-1"), at("2026-11-21T20:46:15Z")),
                (of_event("m-3", "e-2"), at("2026-11-21T20:46:15Z")),
            ],
        ),
        (
            "no id, an hour apart",
            2,
            vec![
                (none.clone(), at("2026-11-21T20:46:15Z")),
                (none.clone(), at("2026-11-21T21:46:15Z")),
            ],
        ),
        (
            "no id, in the same minute and the next",
            2,
            vec![
                (none.clone(), at("2026-11-21T20:46:15Z")),
                (none.clone(), at("2026-11-21T20:46:45Z")),
                (none.clone(), at("2026-11-21T20:47:15Z")),
            ],
        ),
        ("neither id nor moment", 2, vec![(none.clone(), None), (none.clone(), None)]),
    ];
    for (text, times, announced) in cases {
        for (ids, timestamp) in announced {
            bridge.event(&given(&session, text, &ids, timestamp)).await;
            // Past SQS's own deduplication, one after another.
            bridge.quiet().await;
        }
        let posted = answers(&bridge, &thread);
        let shown = posted.iter().filter(|message| message.text() == text).count();
        assert_eq!(shown, times, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_other_fields_are_odd_is_posted() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    let session = session_of(&bridge, "first");
    for (odd, text) in [
        (json!({ "message": { "text": "in an object" }, "message_id": [] }), "in an object"),
        (json!({ "message": { "content": { "text": "deep" } }, "timestamp": {} }), "deep"),
        (json!({ "message": 4711, "channel": [1], "contact": "Ann" }), "4711"),
        (json!({ "message": "plain", "channel": { "type": "WEB" }, "message_id": 1.5 }), "plain"),
    ] {
        let mut event = given(&session, text, &json!({}), None);
        for (field, value) in odd.as_object().unwrap() {
            event["data"][field] = value.clone();
        }
        bridge.event(&event).await;
        seen(text, || answers(&bridge, &thread).into_iter().find(|one| one.text() == text)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_in_copy_of_the_customers_mail_stay_in_copy_unless_the_settings_say_no() {
    for keep_cc in [true, false] {
        let bridge = Bridge::with_settings(|settings| settings["keep_cc"] = keep_cc.into()).await;
        let mail = CustomerMessage {
            to: vec!["boss@example.com".to_owned(), "Ann@example.org".to_owned()],
            cc: vec!["sister@example.com".to_owned()],
            ..ann(Channel::Email, None, "first")
        };
        let thread = bridge.portal().customer_writes(mail).unwrap().thread;
        let answer = seen("the answer", || answers(&bridge, &thread).pop()).await;
        assert_eq!(answer.addresses("TO"), ["ann@example.org"]);
        let expected: &[&str] =
            if keep_cc { &["boss@example.com", "sister@example.com"] } else { &[] };
        assert_eq!(answer.addresses("CC"), expected);
        // The customer's own latest mail counts.
        let alone = ann(Channel::Email, Some(&thread), "alone");
        bridge.portal().customer_writes(alone).unwrap();
        let answer = seen("the second answer", || answers(&bridge, &thread).get(1).cloned()).await;
        assert!(answer.addresses("CC").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_older_than_the_handoff_is_posted_after_it_unless_another_human_has_the_thread() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    let session = session_of(&bridge, "first");
    let mut handoff = with(handoff_event(&session), &json!({ "channel": "web" }));
    handoff["data"]["timestamp"] = "2026-11-21T20:48:03Z".into();
    bridge.handed_off(&handoff).await;
    let earlier = answered(&bridge, &answer(&session, "farewell", "2026-11-21T20:48:00Z")).await;
    assert_eq!(earlier.reason, None, "{earlier:?}");
    let later = answered(&bridge, &answer(&session, "later", "2026-11-21T20:48:04Z")).await;
    assert_eq!(later.reason.as_deref(), Some("human_owns_thread"));
    bridge.portal().assign(&thread, Some(333)).unwrap();
    let other = answered(&bridge, &answer(&session, "other", "2026-11-21T20:48:00Z")).await;
    assert_eq!(other.reason.as_deref(), Some("human_owns_thread"));
    assert_eq!(answers(&bridge, &thread).last().unwrap().text(), "farewell");
}

#[tokio::test(flavor = "multi_thread")]
async fn opencx_delivers_the_answers_of_its_own_sessions_and_drafts_are_shown_all_the_same() {
    for assist in [false, true] {
        let bridge =
            Bridge::with_settings(|settings| settings["assist_mode"] = assist.into()).await;
        let thread = bridge.quiet_thread(Channel::Email);
        bridge.handed_off(&handoff_on(&thread, "s-1")).await;
        let before = comments(&bridge, &thread).len();
        let record = answered(&bridge, &answer("s-1", "answer", "2026-11-21T20:40:00Z")).await;
        let reason = (!assist).then_some("delivered_by_opencx");
        assert_eq!(record.reason.as_deref(), reason, "{assist}");
        assert!(answers(&bridge, &thread).is_empty());
        assert_eq!(comments(&bridge, &thread).len() - before, usize::from(assist));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_hubspot_refuses_is_tried_once_more_and_then_left_to_a_human() {
    let failed = json!({ "id": "m-failed", "status": { "statusType": "FAILED" } });
    let refusals = [
        rejections::invalid("This channel cannot be written to"),
        rejections::forbidden(),
        rejections::answer(201, failed),
        rejections::answer(422, json!({ "message": "The sender has no seat" })),
        rejections::answer(409, json!("the mailbox was reconnected")),
        rejections::answer(201, json!({ "id": 7, "status": { "statusType": "failed" } })),
    ];
    for (kind, times) in refusals.iter().flat_map(|kind| [(kind, 1), (kind, 2)]) {
        let bridge = Bridge::start().await;
        let thread = begun(&bridge, Channel::Email).await;
        let session = session_of(&bridge, "first");
        bridge.portal().fail(Fault {
            method: Some("POST".to_owned()),
            path_contains: "/messages".to_owned(),
            times,
            kind: kind.clone(),
        });
        let record = answered(&bridge, &answer(&session, "words", "2026-11-21T20:48:00Z")).await;
        assert_eq!(record.reason, None, "{record:?}");
        let posted = answers(&bridge, &thread).iter().any(|one| one.text() == "words");
        let left = comments(&bridge, &thread)
            .iter()
            .any(|one| one.text().starts_with("not sent:") && one.text().contains("words"));
        assert_eq!((posted, left), (times == 1, times == 2), "{kind:?}");
    }
}
