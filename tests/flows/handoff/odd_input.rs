//! Odd input has its effect all the same: what cannot be read is left out and named.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Fault, rejections};
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
        (json!({ "transcript": "Is anybody there?", "sentiment": 3 }), "data.sentiment: "),
        (
            json!({ "transcript": [{ "sender": { "type": "AI" }, "created_at": [1] }] }),
            "data.transcript[0].created_at: ",
        ),
        (json!({ "custom_data": "gold", "attachments": Value::Null }), "data.custom_data: "),
        (json!({ "ticketing_system": "hubspot", "channel": {} }), "data.ticketing_system: "),
        (json!({ "contact": { "email": ["ann@example.org"], "id": {} } }), "data.contact.email: "),
        (json!({ "session_url": "javascript:alert(1)" }), "data.session_url: "),
        (json!({ "timestamp": 1e30, "contact": Value::Null }), "data.timestamp: "),
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
async fn an_oddity_keeps_no_other_event_and_no_session_from_its_effect() {
    // An organisation whose name is a number, as events may carry it.
    let bridge = Bridge::with_settings(|settings| settings["org"] = "7".into()).await;
    let told = |name: &str, session: &str, data: &Value| {
        let mut event = json!({ "event": name, "event_id": { "odd": 1 }, "organization_id": 7,
            "data": data });
        event["data"]["conversation_id"] = session.into();
        event
    };
    let ended = |function: &'static str, session: String| {
        let bridge = &bridge;
        async move {
            let is_it = |record: &bridge_domain::outcome::OutcomeRecord| {
                let about = record.session.as_ref().is_some_and(|about| about.as_str() == session);
                record.function == function && about
            };
            bridge.outcome(&format!("{function} of {session}"), is_it).await
        }
    };
    for (at, odd) in [
        json!({ "contact": { "id": 42, "phone_number": 4_930_111 }, "channel": "Instagram" }),
        json!({ "contact": { "email": "B@X.org", "name": 5 }, "timestamp": [], "channel": [1] }),
        json!({ "contact": { "phone": "+4930222", "verified": "perhaps" }, "first_message": 5 }),
    ]
    .into_iter()
    .enumerate()
    {
        let session = format!("started-{at}");
        bridge.event(&told("conversation.started", &session, &odd)).await;
        let record = ended("contact-sync", session).await;
        assert_eq!(record.outcome, Outcome::Applied, "{odd}: {record:?}");
    }
    // The session as OpenCX shows it, when it is closed.
    let shown = [
        json!({ "status": "Closed_Resolved", "channel": "whatsapp", "contact": "Ann" }),
        json!({ "status": ["open"], "channel": { "type": 7 }, "custom_data": [], "handoff": true }),
        json!({ "status": null, "contact": { "email": 5 }, "language": {}, "handoff": { "sentiment": 5 } }),
    ];
    let closed = [
        json!({ "resolution_status": "RESOLVED", "user_sentiment": "ecstatic", "timestamp": "soon" }),
        json!({ "resolution_status": "n/a", "ai_resolution_status": "resolved", "summary": 5 }),
        json!({ "human_resolution_status": " Resolved", "summary": ["x"], "user_sentiment": 5 }),
    ];
    for (at, (shown, closed)) in shown.into_iter().zip(closed).enumerate() {
        let session = format!("closed-{at}");
        let contact = json!({ "email": format!("c{at}@x.org"), "id": at });
        bridge
            .event(&told("conversation.handoff_to_human", &session, &json!({ "contact": contact })))
            .await;
        let ticket = ended("handoff", session.clone()).await.ticket.unwrap().to_string();
        bridge.opencx().fail(Fault {
            method: Some("GET".into()),
            path_contains: session.clone(),
            times: 1,
            kind: rejections::answer(200, shown.clone()),
        });
        bridge.event(&told("conversation.closed", &session, &closed)).await;
        let record = ended("close", session).await;
        assert_eq!(record.outcome, Outcome::Applied, "{shown} {closed}: {record:?}");
        let ticket = bridge.portal().ticket(&ticket).unwrap();
        assert_eq!(ticket.get("hs_pipeline_stage"), "4", "{shown} {closed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_opencx_shows_oddly_tells_what_can_be_read() {
    let bridge = Bridge::start().await;
    for (at, (odd, email, subject)) in [
        (json!({ "channel": "WhatsApp", "contact": { "email": "A@x.org", "id": 7 } }), "a@x.org", "WhatsApp"),
        (json!({ "channel": { "type": "Instagram" }, "contact": { "email": "b@x.org", "phone_number": [] } }), "b@x.org", "Instagram"),
        (json!({ "channel": [], "language": 5, "custom_data": "x", "contact": { "enriched_data": { "email": "c@x.org" } } }), "c@x.org", ""),
    ]
    .into_iter()
    .enumerate()
    {
        bridge.opencx().fail(Fault {
            method: Some("GET".into()),
            path_contains: format!("/chat/sessions/odd-{at}"),
            times: 1,
            kind: rejections::answer(200, odd.clone()),
        });
        let sparse = json!({ "event": "conversation.handoff_to_human", "event_id": format!("e-{at}"),
            "organization_id": "acme", "data": { "conversation_id": format!("odd-{at}"), "summary": "" } });
        let record = bridge.handed_off(&sparse).await;
        assert_eq!(record.outcome, Outcome::Applied, "{odd}: {record:?}");
        let tickets = bridge.tickets_of(email);
        let [ticket] = tickets.as_slice() else { panic!("{odd}: {tickets:?}") };
        assert!(ticket.get("subject").contains(subject), "{odd}: {}", ticket.get("subject"));
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
    for (queue, name, outcome, reason) in [
        (Queue::Handoffs, "conversation.closed", Outcome::Parked, "unreadable"),
        (Queue::Handoffs, "conversation.ai_response", Outcome::Parked, "unreadable"),
        (Queue::AiReplies, "conversation.started", Outcome::Parked, "unreadable"),
        (Queue::Closes, "conversation.handoff_to_human", Outcome::Parked, "unreadable"),
        (Queue::Contacts, "phone_call.ended", Outcome::Parked, "unreadable"),
        (Queue::Handoffs, "csat.requested", Outcome::Skipped, "unknown_event"),
    ] {
        let id = format!("{}-{name}", queue.name());
        let mut event = handoff_event(name);
        (event["event"], event["event_id"]) = (name.into(), id.clone().into());
        let message = NewMessage {
            body: event.to_string(),
            group: name.into(),
            deduplication_id: id.clone(),
            attributes: [].into(),
        };
        bridge.stack().sqs().queue(queue.name()).unwrap().send(message).unwrap();
        let record = bridge.outcome(&id, |record| record.event_id == id).await;
        assert_eq!((record.outcome, record.reason.as_deref()), (outcome, Some(reason)), "{name}");
    }
}
