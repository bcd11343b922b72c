//! OpenCX's events by webhook, in every spelling that was seen.

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use hubspot_sim::{ObjectKind, Property};
use serde_json::{Value, json};
use tests::{Bridge, handoff_event};

async fn deliver(bridge: &Bridge, body: String) -> (u16, Value) {
    let url = bridge.url("/webhooks/opencx/acme/demo-opencx-token");
    let answer = bridge.http.post(url).body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn taken(bridge: &Bridge, event: &Value) {
    let (status, body) = deliver(bridge, event.to_string()).await;
    assert_eq!((status, &body["ignored"]), (200, &json!(0)), "{body}");
}

async fn ended(bridge: &Bridge, function: &str, session: &str) -> OutcomeRecord {
    let is_it = |record: &OutcomeRecord| {
        let about = record.session.as_ref().is_some_and(|about| about.as_str() == session);
        record.function == function && about
    };
    bridge.outcome(&format!("{function} of {session}"), is_it).await
}

/// The demo, with two ticket properties for custom data.
async fn start() -> Bridge {
    let bridge = Bridge::start().await;
    for name in ["plan", "seats"] {
        let property = Property::text(ObjectKind::Ticket, name);
        bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
    }
    bridge
}

#[tokio::test(flavor = "multi_thread")]
async fn each_spelling_of_a_handoff_makes_the_same_ticket() {
    let custom = json!({ "plan": "gold", "seats": 3 });
    let email = "ann@example.org";
    let plain = json!({ "contact": { "email": email }, "custom_data": custom });
    let spellings = [
        ("enriched data", json!({ "contact": { "enriched_data": { "email": email } } })),
        (
            "enriched data beside nulls",
            json!({ "contact": { "email": null, "phone_number": null, "id": "c-9",
                "enriched_data": { "email": email, "phone_number": "+49151" } } }),
        ),
        ("contact id", json!({ "contact": { "contact_id": "c-9", "email": email } })),
        ("customer id", json!({ "contact": { "customer_id": "c-9", "email": email } })),
        ("contact id beside", json!({ "contact_id": "c-9", "contact": { "email": email } })),
        ("customer id beside", json!({ "customer_id": "c-9", "contact": { "email": email } })),
        ("custom objects", json!({ "custom_data": null, "custom_objects": custom })),
        (
            "custom objects beside data",
            json!({ "custom_data": { "plan": "gold" }, "custom_objects": { "plan": "x", "seats": 3 } }),
        ),
        ("session id", json!({ "conversation_id": null, "session_id": "s-1" })),
    ];
    for (name, spelling) in spellings {
        let bridge = start().await;
        let mut event = handoff_event("s-1");
        for (key, value) in
            [plain.as_object().unwrap(), spelling.as_object().unwrap()].into_iter().flatten()
        {
            event["data"][key] = value.clone();
        }
        if event["data"]["conversation_id"].is_null() {
            event["data"].as_object_mut().unwrap().remove("conversation_id");
        }
        taken(&bridge, &event).await;
        let record = ended(&bridge, "handoff", "s-1").await;
        assert_eq!(record.outcome, Outcome::Applied, "{name}: {record:?}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        assert_eq!((ticket.get("plan"), ticket.get("seats")), ("gold", "3"), "{name}");
        let [contact] = &bridge.portal().contacts()[..] else { panic!("{name}: one contact") };
        assert_eq!(contact.get("email"), email, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_spelling_of_a_first_contact_is_linked() {
    let bridge = Bridge::start().await;
    let cases = [
        json!({ "enriched_data": { "email": "a@x.org" } }),
        json!({ "email": "b@x.org" }),
        json!({ "enriched_data": { "phone_number": "+49151" }, "customer_id": "c" }),
        json!({ "phone": "+49152", "contact_id": "d" }),
    ];
    for (at, contact) in cases.iter().enumerate() {
        let session = format!("s-{at}");
        taken(
            &bridge,
            &json!({ "event": "conversation.started", "organization_id": "acme",
                     "data": { "conversation_id": session, "contact": contact } }),
        )
        .await;
        let record = ended(&bridge, "contact-sync", &session).await;
        assert_eq!(record.outcome, Outcome::Applied, "{contact}: {record:?}");
    }
    assert_eq!(bridge.portal().contacts().len(), cases.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn closings_come_as_a_list_and_say_resolved_in_each_spelling() {
    let bridge = Bridge::start().await;
    let cases = [
        (json!({ "resolution_status": "resolved" }), "applied"),
        (
            json!({ "human_resolution_status": "resolved", "closed_by": { "type": "human" } }),
            "applied",
        ),
        (json!({ "ai_resolution_status": "resolved", "closed_by": { "type": "AI" } }), "applied"),
        (
            json!({ "human_resolution_status": "resolved", "ai_resolution_status": "not_resolved" }),
            "applied",
        ),
        (json!({ "resolution_status": "", "human_resolution_status": "resolved" }), "applied"),
        (json!({ "resolution_status": " ", "ai_resolution_status": "Resolved" }), "applied"),
        (json!({ "resolution_status": "n/a", "human_resolution_status": "RESOLVED" }), "applied"),
        (
            json!({ "resolution_status": [], "human_resolution_status": "unresolved" }),
            "not_resolved",
        ),
        (json!({ "resolution_status": "not_resolved" }), "not_resolved"),
        (
            json!({ "human_resolution_status": "not_resolved", "ai_resolution_status": "resolved" }),
            "not_resolved",
        ),
    ];
    let mut closings = Vec::new();
    for (at, (said, _)) in cases.iter().enumerate() {
        let session = format!("s-{at}");
        let mut event = handoff_event(&session);
        event["data"]["contact"] = json!({ "email": format!("{session}@x.org") });
        taken(&bridge, &event).await;
        ended(&bridge, "handoff", &session).await;
        let mut closing = said.clone();
        closing["conversation_id"] = session.into();
        closing["user_sentiment"] = "happy".into();
        closings.push(closing);
    }
    bridge.quiet().await;
    let list =
        json!({ "event": "conversation.closed", "organization_id": "acme", "data": closings });
    taken(&bridge, &list).await;
    for (at, (said, expected)) in cases.iter().enumerate() {
        let record = ended(&bridge, "close", &format!("s-{at}")).await;
        assert_eq!(record.reason.as_deref().unwrap_or("applied"), *expected, "{said}: {record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_or_a_list_is_taken_and_nothing_else() {
    let bridge = Bridge::start().await;
    let one = json!({ "event": "conversation.closed", "data": { "conversation_id": "s-1" } });
    let unknown = json!({ "event": "conversation.agent_response", "data": {} });
    let cases = [
        (one.to_string(), 200, json!({ "accepted": 1, "ignored": 0 })),
        (json!([one, unknown, 7, null]).to_string(), 200, json!({ "accepted": 1, "ignored": 3 })),
        ("[]".to_owned(), 200, json!({ "accepted": 0, "ignored": 0 })),
    ];
    for (body, status, answer) in cases {
        assert_eq!(deliver(&bridge, body).await, (status, answer));
    }
    for bad in ["", "{", "\"x\"", "7", "null"] {
        assert_eq!(deliver(&bridge, bad.to_owned()).await.0, 400, "{bad:?}");
    }
    let large = json!([{ "event": "x".repeat(6 * 1024 * 1024) }]).to_string();
    assert_eq!(deliver(&bridge, large).await.0, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_delivered_again_has_its_effect_once() {
    let bridge = Bridge::start().await;
    let mut event = handoff_event("s-1");
    event.as_object_mut().unwrap().remove("event_id");
    for _ in 0..3 {
        taken(&bridge, &event).await;
        bridge.quiet().await;
    }
    assert_eq!(bridge.portal().tickets().len(), 1);
    let handoffs =
        bridge.outcomes().await.into_iter().filter(|record| record.function == "handoff");
    assert_eq!(handoffs.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_route_for_events_refuses_what_no_function_reads() {
    let bridge = Bridge::start().await;
    let good = handoff_event("s-1");
    let cases = [
        ("total nonsense {".to_owned(), "no JSON"),
        ("\"text\"".to_owned(), "no function reads"),
        (json!({ "event": 5 }).to_string(), "no function reads"),
        (json!([good, { "event": "csat.requested" }]).to_string(), "csat.requested"),
    ];
    for (body, part) in cases {
        let url = bridge.url("/local/opencx-events");
        let answer = bridge.http.post(url).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"].as_str().unwrap().contains(part), "{body}");
    }
    assert_eq!(bridge.stack().waiting(), 0, "nothing of a refused request is queued");
}
