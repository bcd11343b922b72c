//! Messages that are early, sessions that are gone: nothing that a customer is owed gets lost.

use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_store::Queue;
use hubspot_sim::{Channel, Fault, FaultKind, ObjectKind, Property};
use serde_json::json;
use tests::{Bridge, ann, handoff_on, seen, with};

use super::{begun, heard, outcome_of, reason_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_reps_reply_waits_for_the_handoff_of_its_thread() {
    let bridge = Bridge::start().await;
    let url = bridge.url(&bridge_local::demo::webhook_path());
    let thread = bridge.quiet_thread(Channel::Email);
    bridge.quiet().await;
    bridge.portal().set_webhook_url(Some(url));
    let session = bridge
        .opencx()
        .customer_writes(opencx_sim::ContactMessage {
            channel: opencx_sim::Channel::Email,
            contact: opencx_sim::Contact {
                email: Some("ann@example.org".into()),
                ..opencx_sim::Contact::default()
            },
            text: "Hello?".into(),
            ..opencx_sim::ContactMessage::default()
        })
        .unwrap();
    let reply = bridge.portal().rep_replies(&thread, 222, "I am here", None).unwrap();
    let fetched = |call: &hubspot_sim::Call| call.path.contains(&reply.message);
    seen("the reply looked at", || bridge.portal().calls().iter().any(fetched).then_some(())).await;
    let handoff = with(handoff_on(&thread, &session), &json!({ "channel": "email" }));
    bridge.handed_off(&handoff).await;
    assert_eq!(reason_of(&bridge, &reply).await, None);
    let session = bridge.opencx().session(&session).unwrap();
    let is_it = |sent: &opencx_sim::Delivered| sent.text.starts_with("I am here");
    assert!(session.delivered.iter().any(is_it), "{session:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_gone_is_replaced_and_its_message_delivered() {
    for status in [404, 409, 410] {
        let bridge = Bridge::start().await;
        let thread = begun(&bridge, Channel::LiveChat).await;
        let old = super::session_of(&bridge, "first");
        bridge.opencx().set_gone(&old, status).unwrap();
        let portal = bridge.portal();
        portal.customer_writes(ann(Channel::LiveChat, Some(&thread), "again")).unwrap();
        heard(&bridge, "again", "again").await;
        bridge.quiet().await;
        portal.rep_replies(&thread, 222, "I am here", None).unwrap();
        heard(&bridge, "again", "I am here").await;
        let new = bridge.opencx().session(&super::session_of(&bridge, "again")).unwrap();
        assert_ne!(new.id, old);
        assert_eq!(new.contact.name.as_deref(), Some("Ann Lee"), "{status}");
        bridge.opencx().set_gone(&new.id, status).unwrap();
        portal.rep_replies(&thread, 222, "still here", None).unwrap();
        heard(&bridge, "still here", "still here").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_replaces_a_gone_one_has_its_ticket() {
    for status in [404, 409, 410] {
        let bridge = Bridge::start().await;
        let property = Property::text(ObjectKind::Ticket, "plan");
        bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
        let thread = begun(&bridge, Channel::Email).await;
        let portal = bridge.portal();
        portal.customer_writes(ann(Channel::Email, Some(&thread), "A human, please!")).unwrap();
        let ticket = bridge.outcome_of("handoff").await.ticket.unwrap().to_string();
        bridge.quiet().await;
        let old = super::session_of(&bridge, "first");
        bridge.opencx().set_gone(&old, status).unwrap();
        portal.rep_replies(&thread, 222, "I am here", None).unwrap();
        heard(&bridge, "I am here", "I am here").await;
        bridge.quiet().await;
        let new = super::session_of(&bridge, "I am here");
        portal.set_property(&ticket, "plan", "gold", 222).unwrap();
        seen("the property in the new session", || {
            let data = bridge.opencx().session(&new)?.custom_data;
            (data.get("plan")? == "gold").then_some(())
        })
        .await;
        bridge.opencx().resolve(&new, true).unwrap();
        seen("the ticket closed", || {
            (portal.ticket(&ticket)?.get("hs_pipeline_stage") == "4").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_just_announced_is_asked_for_again() {
    // So many answers within a minute are no loop here.
    let bridge = Bridge::with_settings(|settings| settings["max_ai_replies"] = 50.into()).await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    let status = |status| FaultKind::Status { status, retry_after: None };
    let soon = |status| FaultKind::Status { status, retry_after: Some(1) };
    for (at, kind) in [
        status(404),
        status(408),
        status(425),
        soon(477),
        soon(503),
        status(302),
        FaultKind::Malformed,
        FaultKind::Truncated,
        FaultKind::Empty,
        FaultKind::DropAfterEffect,
    ]
    .into_iter()
    .enumerate()
    {
        let path_contains = "/messages/".to_owned();
        let fault = Fault { method: Some("GET".to_owned()), path_contains, times: 2, kind };
        bridge.portal().fail(fault);
        let text = format!("just announced {at}");
        let sent =
            bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&thread), &text)).unwrap();
        heard(&bridge, "first", &text).await;
        assert_eq!(outcome_of(&bridge, &sent).await.reason, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hubspot_never_shows_is_asked_for_two_minutes_and_is_then_gone() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    for (thread, message) in [(thread.as_str(), "40404"), ("40404", "1"), (&thread, "40405")] {
        let event = json!({ "org": "acme", "event": "conversation.newMessage", "thread": thread,
                            "message": message });
        for (seconds, comes_again) in [(0, true), (100, true), (121, false)] {
            let age = Duration::from_secs(seconds);
            let again = bridge.deliver_aged(Queue::Messages, &event, age).await;
            assert_eq!(again, comes_again, "{thread} {message} after {seconds} s");
        }
        let is_it = |record: &OutcomeRecord| record.event_id == format!("{thread}-{message}");
        let record = bridge.outcome("the message", is_it).await;
        assert_eq!(record.reason.as_deref(), Some("gone"), "{record:?}");
    }
    // An answer in a thread that was deleted.
    bridge.portal().delete_thread(&thread).unwrap();
    let session = super::session_of(&bridge, "first");
    let answer = json!({ "event": "conversation.ai_response", "event_id": "late",
        "organization_id": "acme", "data": { "conversation_id": session, "message": "late" } });
    for (seconds, comes_again) in [(0, true), (100, true), (121, false)] {
        let age = Duration::from_secs(seconds);
        assert_eq!(bridge.deliver_aged(Queue::AiReplies, &answer, age).await, comes_again);
    }
    let record = bridge.outcome("the answer", |record| record.event_id == "late").await;
    assert_eq!(record.reason.as_deref(), Some("gone"), "{record:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_handoff_never_comes_waits_for_ten_minutes() {
    let bridge = Bridge::start().await;
    for channel in [Channel::Email, Channel::LiveChat] {
        let thread = bridge.quiet_thread(channel);
        let reply = bridge.portal().rep_replies(&thread, 222, "I am here", None).unwrap();
        let event = json!({ "org": "acme", "event": "conversation.newMessage",
            "thread": thread, "message": reply.message, "waited": true });
        for (seconds, comes_again) in [(0, true), (580, true), (600, false)] {
            let age = Duration::from_secs(seconds);
            let again = bridge.deliver_aged(Queue::Messages, &event, age).await;
            assert_eq!(again, comes_again, "{channel:?} after {seconds} s");
        }
        assert_eq!(reason_of(&bridge, &reply).await.as_deref(), Some("no_session"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_wait_for_their_handoff_are_said_in_their_order_and_before_what_follows() {
    for channel in [Channel::Email, Channel::LiveChat] {
        let bridge = Bridge::start().await;
        let url = bridge.url(&bridge_local::demo::webhook_path());
        let thread = bridge.quiet_thread(channel);
        bridge.quiet().await;
        bridge.portal().set_webhook_url(Some(url));
        let contact =
            opencx_sim::Contact { email: Some("ann@example.org".into()), ..<_>::default() };
        let message =
            opencx_sim::ContactMessage { contact, text: "Hello?".into(), ..<_>::default() };
        let session = bridge.opencx().customer_writes(message).unwrap();
        let portal = bridge.portal();
        portal.rep_replies(&thread, 222, "one", None).unwrap();
        let fetched = || portal.calls().iter().any(|call| call.path.contains("/messages/"));
        seen("the first reply looked at", || fetched().then_some(())).await;
        portal.rep_replies(&thread, 222, "two", None).unwrap();
        portal.customer_writes(ann(channel, Some(&thread), "three")).unwrap();
        bridge.handed_off(&handoff_on(&thread, &session)).await;
        bridge.quiet().await;
        let history = bridge.opencx().session(&session).unwrap().history;
        let said: Vec<_> = history.iter().map(|entry| entry.text.as_str()).collect();
        let by_reps: Vec<_> = said.iter().filter(|text| ["one", "two"].contains(text)).collect();
        assert_eq!(by_reps, [&"one", &"two"], "{channel:?}: {said:?}");
        let after = bridge.outcomes().await.into_iter().rfind(|one| one.function == "reply-sync");
        // The handoff is marked at once, and assigns the thread a moment later.
        let reason = after.unwrap().reason.unwrap();
        assert!(
            ["human_owns_thread", "handed_off"].contains(&&*reason),
            "the rep's turn: {reason}"
        );
        assert_eq!(bridge.opencx().sessions().len(), 1, "no second session");
    }
}
