//! Odd input has its effect all the same: what cannot be read is left out and named.

use bridge_domain::outcome::Outcome;
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, with};

#[tokio::test(flavor = "multi_thread")]
async fn an_oddity_never_keeps_a_customer_from_a_ticket() {
    let bridge = Bridge::start().await;
    let odd_contact = json!({ "id": 42, "name": 7, "email": "ann@example.org" });
    for (at, (change, noted)) in [
        (json!({ "sentiment": "frustrated" }), "data.sentiment: `frustrated`"),
        (json!({ "sentiment": "Angry" }), ""),
        (json!({ "sentiment": "" }), ""),
        (json!({ "channel": "instagram" }), ""),
        (json!({ "channel": "WhatsApp" }), ""),
        (json!({ "channel": [1] }), "data.channel: "),
        (json!({ "contact": odd_contact }), ""),
        (json!({ "contact": { "phone_number": 4_915_112_345_678_i64 } }), ""),
        (json!({ "contact": ["ann"] }), "data.contact: "),
        (json!({ "summary": 5, "reason": false }), ""),
        (json!({ "custom_data": [] }), ""),
        (
            json!({ "custom_data": { "order": { "id": 7 }, "plan": "gold" } }),
            "data.custom_data.order: ",
        ),
        (
            json!({ "transcript": [7, { "sender": "contact", "text": "hi" }] }),
            "data.transcript[0]: ",
        ),
        (json!({ "transcript": [{ "text": "hi", "attachments": Value::Null }] }), ""),
        (json!({ "timestamp": { "at": 1 }, "language": 5 }), "data.timestamp: "),
    ]
    .into_iter()
    .enumerate()
    {
        let event = with(handoff_event(&format!("s-{at}")), &change);
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Applied, "{change}: {record:?}");
        assert!(record.ticket.is_some(), "{change}: {record:?}");
        let notes = record.notes.join("\n");
        assert!(notes.contains(noted), "{change}: `{noted}` is not in {notes:?}");
        let odd = notes.lines().filter(|note| note.starts_with("data.")).count();
        assert_eq!(odd, usize::from(!noted.is_empty()), "{change}: {notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_channel_is_shown_by_its_name_and_a_moment_in_seconds_is_of_this_year() {
    let bridge = Bridge::start().await;
    let said = json!([{ "sender": "contact", "text": "hi", "created_at": 1_793_527_200 }]);
    let change = json!({ "channel": "instagram", "summary": "", "transcript": said });
    bridge.handed_off(&with(handoff_event("s-1"), &change)).await;
    let ticket = bridge.tickets_of("ann@example.org").remove(0);
    let (subject, content) = (ticket.get("subject"), ticket.get("content"));
    assert!(subject.contains("instagram"), "{subject}");
    assert!(content.contains("[2026-11-01 10:00 UTC] Customer: hi"), "{content}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_id_on_two_sessions_is_two_events() {
    let bridge = Bridge::start().await;
    for session in ["s-1", "s-2"] {
        let mut event = handoff_event(session);
        event["event_id"] = 1.into();
        event["organization_id"] = "acme".into();
        bridge.event(&event).await;
    }
    bridge.quiet().await;
    let mut outcomes = bridge.outcomes().await;
    outcomes.retain(|record| record.function == "handoff");
    let sessions: Vec<_> = outcomes.iter().map(|record| record.session.clone()).collect();
    assert_eq!(outcomes.len(), 2, "{outcomes:?}");
    assert!(sessions.contains(&Some("s-1".into())) && sessions.contains(&Some("s-2".into())));
    assert!(outcomes.iter().all(|record| record.event_id == "1"), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_on_the_wrong_queue_is_parked_and_one_that_nobody_reads_is_skipped() {
    use bridge_store::Queue;
    use sqs_sim::NewMessage;
    let bridge = Bridge::start().await;
    for (name, outcome, reason) in [
        ("conversation.closed", Outcome::Parked, "unreadable"),
        ("conversation.ai_response", Outcome::Parked, "unreadable"),
        ("csat.requested", Outcome::Skipped, "unknown_event"),
    ] {
        let mut event = handoff_event(name);
        (event["event"], event["event_id"]) = (name.into(), name.into());
        let message = NewMessage {
            body: event.to_string(),
            group: name.into(),
            deduplication_id: name.into(),
            attributes: [].into(),
        };
        let queue = bridge.stack().sqs().queue(Queue::Handoffs.name()).unwrap();
        queue.send(message).unwrap();
        let record = bridge.outcome(name, |record| record.event_id == name).await;
        assert_eq!((record.outcome, record.reason.as_deref()), (outcome, Some(reason)), "{name}");
    }
}
