//! A rep answers in HubSpot, and the customer gets it on their own channel.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use bridge_local::demo;
use bridge_store::Queue;
use hubspot_sim::{ChannelBehaviour, DEMO_ACCOUNTS, DEMO_CHANNEL, Fault, FaultKind, RepMessage};
use serde_json::json;
use tests::{Bridge, seen};

use super::{REP, got, handed_off, reported, start};
use crate::operator::ctl;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_reaches_the_customer_and_the_rep_sees_that_it_did() {
    for webhook_first in [true, false] {
        let bridge = start("handoff").await;
        let behaviour =
            ChannelBehaviour { webhook_first, sender_names: true, ..Default::default() };
        bridge.portal().set_channel_behaviour(behaviour);
        let (session, thread) = handed_off(&bridge).await;
        bridge.forget_calls();
        let reply = bridge.portal().rep_replies(&thread, REP, "It comes tomorrow.", None).unwrap();
        assert_eq!(reported(&bridge, &thread, &reply.message).await.0, "SENT");
        bridge.quiet().await;
        assert_eq!(got(&bridge, &session), ["It comes tomorrow."]);
        let calls = bridge.portal().calls();
        assert_eq!(calls.len(), 1, "the report alone: {calls:#?}");
        let other = bridge
            .outcome("the other announcement", |record| {
                record.function == "reply-sync" && record.event_id.contains(&reply.message)
            })
            .await;
        assert_eq!(other.reason.as_deref(), Some("channel_message"), "{webhook_first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_replies_arrive_in_their_order_though_the_first_meets_trouble() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    let kind = FaultKind::Status { status: 503, retry_after: None };
    let path_contains = "/send".to_owned();
    bridge.opencx().fail(Fault { method: Some("POST".to_owned()), path_contains, times: 2, kind });
    let texts = ["One moment.", "I see it.", "It comes tomorrow."];
    let mut replies = Vec::new();
    for text in texts {
        replies.push(bridge.portal().rep_replies(&thread, REP, text, None).unwrap().message);
        seen("the announcement of a reply", || {
            let sent = bridge.portal().deliveries();
            let mut of_channel = sent.iter().filter(|one| one.url.ends_with("/channel"));
            of_channel.any(|one| one.body["message"]["text"] == text).then_some(())
        })
        .await;
    }
    for reply in &replies {
        assert_eq!(reported(&bridge, &thread, reply).await.0, "SENT");
    }
    assert_eq!(got(&bridge, &session), texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_one_delivery_are_sent_in_the_order_of_their_moments() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    let reply = |id: &str, second: u32, text: &str| {
        json!({ "type": "OUTGOING_CHANNEL_MESSAGE_CREATED", "portalId": "12345678",
            "channelId": DEMO_CHANNEL, "channelIntegrationThreadIds": [session],
            "message": { "id": id, "type": "MESSAGE", "conversationsThreadId": thread,
                "createdAt": format!("2026-11-28T10:00:{second:02}Z"), "createdBy": "A-222",
                "senders": [{ "actorId": "A-222", "name": "Olga" }], "text": text } })
    };
    let all = json!([reply("73", 3, "Three"), reply("71", 1, "One"), reply("72", 2, "Two")]);
    let path = format!("{}/channel", demo::webhook_path());
    let (status, answer) = bridge.deliver_signed(&path, &all.to_string()).await;
    assert_eq!((status, answer), (200, json!({ "accepted": 3, "ignored": 0 })));
    seen("the last reply", || (got(&bridge, &session).len() == 3).then_some(())).await;
    assert_eq!(got(&bridge, &session), ["One", "Two", "Three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_parked_is_shown_as_failed_with_its_reason_and_can_be_redriven() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    bridge.portal().set_channel_webhook_url(DEMO_CHANNEL, None).unwrap();
    for (status, age, reason) in [(503, 25, "for 24 hours"), (422, 0, "was refused")] {
        let text = format!("Answered with {status}");
        let reply = bridge.portal().rep_replies(&thread, REP, &text, None).unwrap().message;
        let kind = FaultKind::Status { status, retry_after: None };
        let path_contains = "/send".to_owned();
        bridge.opencx().fail(Fault { method: None, path_contains, times: 100, kind });
        let event = json!({ "kind": "reply", "org": "acme", "channel": DEMO_CHANNEL,
            "event": "OUTGOING_CHANNEL_MESSAGE_CREATED", "session": session, "thread": thread,
            "message_id": reply, "message": { "createdBy": "A-222", "text": text,
                "senders": [{ "actorId": "A-222", "name": "Olga" }] } });
        let age = Duration::from_hours(age);
        let is_again = bridge.deliver_aged(Queue::ChannelReplies, &event, age).await;
        assert!(!is_again, "{status}");
        let record = bridge.outcome("the reply's", |record| record.event_id == reply).await;
        assert_eq!(record.outcome, Outcome::Parked, "{record:?}");
        let (state, told) = reported(&bridge, &thread, &reply).await;
        assert_eq!(state, "FAILED", "{status}");
        assert!(told.contains("did not get") && told.contains(reason), "{told}");
        bridge.opencx().clear_faults();
        ctl(&bridge, &["parked", "redrive", "--all", "--yes"]).await.1.unwrap();
        seen("the reply, redriven", || (got(&bridge, &session).contains(&text)).then_some(()))
            .await;
        bridge.quiet().await;
        assert_eq!(reported(&bridge, &thread, &reply).await.0, "SENT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rep_s_name_is_asked_once() {
    let bridge = start("handoff").await;
    let behaviour = ChannelBehaviour { sender_names: false, ..Default::default() };
    bridge.portal().set_channel_behaviour(behaviour);
    let (session, thread) = handed_off(&bridge).await;
    let mut calls = Vec::new();
    for text in ["One", "Two"] {
        bridge.forget_calls();
        let reply = bridge.portal().rep_replies(&thread, REP, text, None).unwrap();
        reported(&bridge, &thread, &reply.message).await;
        bridge.quiet().await;
        calls.push(bridge.portal().calls().len());
    }
    assert_eq!(calls[1], 1, "{calls:?}");
    let history = bridge.opencx().session(&session).unwrap().history;
    let mut names = history.iter().filter(|one| one.text == "One" || one.text == "Two");
    assert!(names.all(|one| one.name.is_some()), "{history:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_without_a_name_that_can_not_be_read() {
    let status = |status| FaultKind::Status { status, retry_after: None };
    for kind in [status(403), status(503), status(401), FaultKind::Malformed] {
        let bridge = start("handoff").await;
        let behaviour = ChannelBehaviour { sender_names: false, ..Default::default() };
        bridge.portal().set_channel_behaviour(behaviour);
        let (session, thread) = handed_off(&bridge).await;
        for path in ["/conversations/actors/", "/owners/"] {
            let path_contains = path.to_owned();
            bridge.portal().fail(Fault {
                method: None,
                path_contains,
                times: u32::MAX,
                kind: kind.clone(),
            });
        }
        let reply = bridge.portal().rep_replies(&thread, REP, "It comes tomorrow.", None).unwrap();
        let record = bridge.outcome_of("channel-reply").await;
        assert_eq!(record.outcome, Outcome::Applied, "{kind:?} {record:?}");
        assert!(record.notes.iter().any(|note| note.contains("without the rep's name")));
        assert_eq!(got(&bridge, &session), ["It comes tomorrow."], "{kind:?}");
        assert_eq!(reported(&bridge, &thread, &reply.message).await.0, "SENT", "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_comment_never_reaches_the_customer() {
    let bridge = start("always").await;
    let (session, thread) = handed_off(&bridge).await;
    bridge.portal().rep_comments(&thread, REP, "A difficult one.").unwrap();
    let reply = bridge.portal().rep_replies(&thread, REP, "I look into it.", None).unwrap();
    reported(&bridge, &thread, &reply.message).await;
    bridge.quiet().await;
    assert_eq!(got(&bridge, &session), ["I look into it."]);
    // Even if HubSpot announced it on the channel.
    let comment = json!({ "kind": "reply", "org": "acme", "channel": DEMO_CHANNEL,
        "event": "OUTGOING_CHANNEL_MESSAGE_CREATED", "session": session, "thread": thread,
        "message_id": "77", "message": { "id": "77", "type": "COMMENT",
            "senders": [{ "actorId": "A-222" }], "text": "A difficult one." } });
    let is_again = bridge.deliver_aged(Queue::ChannelReplies, &comment, Duration::ZERO).await;
    assert!(!is_again);
    let record = bridge.outcome("the comment's", |record| record.event_id == "77").await;
    assert_eq!(record.reason.as_deref(), Some("comment"));
    assert_eq!(got(&bridge, &session), ["I look into it."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_delivered_says_so_to_the_rep() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    bridge.opencx().set_gone(&session, 410).unwrap();
    let reply = bridge.portal().rep_replies(&thread, REP, "Hello?", None).unwrap();
    let (status, reason) = reported(&bridge, &thread, &reply.message).await;
    assert_eq!(status, "FAILED");
    assert!(reason.contains("has ended in OpenCX"), "{reason}");
    let record = bridge.outcome_of("channel-reply").await;
    assert_eq!(record.reason.as_deref(), Some("not_delivered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn automation_in_a_rep_s_name_is_not_sent() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    let automation = RepMessage {
        thread: thread.clone(),
        user_id: REP,
        text: "Rate us!".to_owned(),
        created_by: Some("S-hubspot".to_owned()),
        ..RepMessage::default()
    };
    let message = bridge.portal().rep_writes(automation).unwrap();
    let (status, reason) = reported(&bridge, &thread, &message.message).await;
    assert_eq!(status, "FAILED");
    assert!(reason.contains("automations"), "{reason}");
    assert!(got(&bridge, &session).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_passes_nothing_shows_in_the_status() {
    let bridge = start("handoff").await;
    let account = DEMO_ACCOUNTS[0].1;
    let state = |bridge: &Bridge| {
        let request = bridge.http.get(bridge.url("/orgs/acme/status"));
        async move { request.send().await.unwrap().json::<serde_json::Value>().await.unwrap() }
    };
    assert_eq!(state(&bridge).await["channels"]["whatsapp"]["state"], "connected");
    bridge.portal().authorize_account(account, false).unwrap();
    let record = bridge.outcome_of("channel-reply").await;
    assert_eq!(record.outcome, Outcome::Applied);
    assert!(record.notes[0].contains("lost its authorisation"), "{record:?}");
    assert_eq!(state(&bridge).await["channels"]["whatsapp"]["state"], "unauthorized");
    bridge.portal().purge_account(account).unwrap();
    bridge.outcome("the purge", |record| record.event == "CHANNEL_ACCOUNT_PURGED").await;
    assert_eq!(state(&bridge).await["channels"]["whatsapp"]["state"], "purged");
    assert_eq!(state(&bridge).await["channels"]["sms"]["state"], "connected");
}
