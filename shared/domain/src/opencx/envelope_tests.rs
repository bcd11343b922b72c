use serde_json::json;

use super::*;
use crate::opencx::events::{AiResponse, Closed, HandoffToHuman, Started};

/// Identity of the first piece of an event.
fn identity<T: EventData>(event_id: &Value, data: &Value) -> Identity {
    let event =
        json!({ "event": "e", "event_id": event_id, "organization_id": "acme", "data": data });
    let envelope = Envelope::from_value(&event).unwrap();
    let data = Envelope::read::<T>(&envelope.data[0], &Notes::default()).unwrap();
    envelope.identity(0, &data)
}

fn answer(event_id: &Value, changes: &Value) -> Identity {
    let mut data = json!({ "conversation_id": "s", "message": "Hello" });
    for (key, value) in changes.as_object().unwrap() {
        data[key] = value.clone();
    }
    identity::<AiResponse>(event_id, &data)
}

#[test]
fn an_answer_is_its_message_and_its_text() {
    let none = json!(null);
    let first = answer(&none, &json!({ "message_id": "m", "timestamp": 1_793_527_200 }));
    for repeat in [
        answer(&none, &json!({ "message_id": "m", "timestamp": 1_793_999_999 })),
        answer(&json!("ev-9"), &json!({ "message_id": "m" })),
        answer(&none, &json!({ "message_id": "m", "channel": "web" })),
    ] {
        assert_eq!(repeat, first);
    }
    for other in [
        answer(&none, &json!({ "message_id": "m", "message": "Bye" })),
        answer(&none, &json!({ "message_id": "m2" })),
        answer(&none, &json!({ "message_id": "m", "conversation_id": "s2" })),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn one_event_id_may_stand_for_several_events() {
    let one = json!("1");
    assert_eq!(answer(&one, &json!({})), answer(&json!(1), &json!({ "timestamp": 5 })));
    assert_ne!(answer(&one, &json!({})), answer(&one, &json!({ "message": "Bye" })));
    assert_ne!(answer(&one, &json!({})), answer(&one, &json!({ "conversation_id": "s2" })));
    let handoff = |changes: Value| {
        let mut data = json!({ "conversation_id": "s", "reason": "r", "summary": "x" });
        data.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        identity::<HandoffToHuman>(&one, &data)
    };
    assert_eq!(handoff(json!({})), handoff(json!({ "sentiment": "happy" })));
    assert_ne!(handoff(json!({})), handoff(json!({ "reason": "other" })));
    assert_ne!(handoff(json!({})), handoff(json!({ "summary": "other" })));
    let closed = |status: &str| {
        identity::<Closed>(&one, &json!({ "conversation_id": "s", "resolution_status": status }))
    };
    assert_eq!(closed("resolved"), closed("Resolved"));
    assert_ne!(closed("resolved"), closed("not_resolved"));
}

#[test]
fn without_an_id_the_moment_and_the_content_tell_events_apart() {
    let none = json!(null);
    let at = |moment: &str| answer(&none, &json!({ "timestamp": moment }));
    assert_eq!(at("2026-11-01T10:00:01Z"), at("2026-11-01T10:00:59Z"), "announced twice");
    assert_ne!(at("2026-11-01T10:00:00Z"), at("2026-11-01T11:00:00Z"), "asked again");
    let closed = |moment: i64, status: &str| {
        let data =
            json!({ "conversation_id": "s", "timestamp": moment, "resolution_status": status });
        identity::<Closed>(&none, &data)
    };
    assert_eq!(closed(5, "resolved"), closed(5, "resolved"));
    assert_ne!(closed(5, "resolved"), closed(6, "resolved"));
    assert_ne!(closed(5, "resolved"), closed(5, "not_resolved"));
}

#[test]
fn an_event_that_says_nothing_of_its_own_is_known_by_its_queue_message() {
    let none = json!(null);
    for event_id in [none, json!(""), json!([]), json!({})] {
        let identity = identity::<Started>(&event_id, &json!({ "conversation_id": "s" }));
        assert_eq!(identity, Identity::OfMessage("s/0".to_owned()), "{event_id}");
    }
    assert_eq!(answer(&json!(null), &json!({})), Identity::OfMessage("s/0".to_owned()));
}
