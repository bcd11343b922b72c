use serde_json::json;

use super::*;
use crate::json::Notes;

fn envelope(value: &Value) -> Envelope {
    Envelope::from_value(value).unwrap()
}

fn read<T: EventData>(data: &Value) -> Result<T, Unreadable> {
    Envelope::read(data, &Notes::default())
}

#[test]
fn what_is_missing_from_an_envelope_is_named() {
    let cases = [
        (json!({ "organization_id": "acme" }), "`event`"),
        (json!({ "event": "conversation.closed" }), "`organization_id`"),
        (json!({ "event": 5, "organization_id": "acme" }), "event"),
        (json!("nonsense"), "(document)"),
    ];
    for (value, field) in cases {
        let error = Envelope::from_value(&value).unwrap_err().to_string();
        assert!(error.contains(field), "{field} is not named in: {error}");
    }
}

#[test]
fn only_the_conversation_and_the_text_of_an_answer_are_required() {
    let none = [json!({}), json!({ "conversation_id": null }), json!({ "conversation_id": [] })];
    for data in none {
        let error = read::<HandoffToHuman>(&data).unwrap_err();
        assert_eq!(error.field, "data.conversation_id", "{data}");
        assert_eq!(read::<Closed>(&data).unwrap_err().field, "data.conversation_id");
    }
    for message in [Value::Null, json!([]), json!({ "a": 1 })] {
        let data = json!({ "conversation_id": 7, "message": message });
        assert_eq!(read::<AiResponse>(&data).unwrap_err().field, "data.message", "{data}");
    }
    let texts = [
        (json!("hi"), "hi"),
        (json!(""), ""),
        (json!(5), "5"),
        (json!({ "text": "hi" }), "hi"),
        (json!({ "content": { "type": "text", "text": "hi" } }), "hi"),
    ];
    for (message, text) in texts {
        let data = json!({ "conversation_id": 7, "message": message });
        let answer: AiResponse = read(&data).unwrap();
        assert_eq!((answer.conversation_id.as_str(), answer.message.as_str()), ("7", text));
    }
}

/// The handoff of the data, and the fields that its notes name.
fn handoff(mut data: Value) -> (HandoffToHuman, Vec<String>) {
    data["conversation_id"] = "s".into();
    let notes = Notes::default();
    let handoff = Envelope::read(&data, &notes).unwrap();
    let field = |note: String| note.split(": ").next().unwrap_or_default().to_owned();
    (handoff, notes.into_list().into_iter().map(field).collect())
}

#[test]
fn what_cannot_be_read_is_left_out_and_named() {
    for (data, noted) in [
        (json!({ "sentiment": "frustrated" }), vec!["data.sentiment"]),
        (json!({ "sentiment": "" }), vec![]),
        (json!({ "sentiment": ["angry"] }), vec!["data.sentiment"]),
        (json!({ "channel": {} , "language": null }), vec![]),
        (json!({ "channel": [1] }), vec!["data.channel"]),
        (json!({ "summary": { "text": "x" } }), vec!["data.summary"]),
        (json!({ "timestamp": "soon" }), vec!["data.timestamp"]),
        (json!({ "custom_data": [] }), vec![]),
        (json!({ "custom_data": "x" }), vec!["data.custom_data"]),
        (
            json!({ "custom_data": { "a": { "b": 1 }, "c": [1], "d": null } }),
            vec!["data.custom_data.a", "data.custom_data.c"],
        ),
        (json!({ "contact": "Ann" }), vec!["data.contact"]),
        (
            json!({ "contact": { "email": "not an address", "phone": [7] } }),
            vec!["data.contact.email", "data.contact.phone"],
        ),
        (
            json!({ "transcript": [{ "sender": "contact" }, 7, null, { "created_at": "soon" }] }),
            vec!["data.transcript[1]", "data.transcript[3].created_at"],
        ),
        (
            json!({ "transcript": [{ "attachments": null }, { "attachments": [5] }] }),
            vec!["data.transcript[1].attachments[0]"],
        ),
        (json!({ "ticketing_system": 5 }), vec!["data.ticketing_system"]),
        (json!({ "session_url": "javascript:alert(1)" }), vec!["data.session_url"]),
        (json!({ "session_url": "https://x.example/ s" }), vec!["data.session_url"]),
        (json!({ "session_url": 5 }), vec!["data.session_url"]),
        (json!({ "session_url": " HTTPS://x.example/s\n" }), vec![]),
    ] {
        assert_eq!(handoff(data.clone()).1, noted, "{data}");
    }
}

#[test]
fn what_can_be_read_is_read_whatever_its_type_and_case() {
    let (read, noted) = handoff(json!({
        "sentiment": "Angry", "channel": "Instagram", "summary": 5, "reason": true,
        "timestamp": 1_793_527_200, "language": "DE",
        "contact": { "id": 42, "phone_number": 4_915_112_345_678_i64, "name": 7 },
        "transcript": { "sender": { "type": "AI" }, "text": 5, "attachments": ["https://f/1"] },
        "custom_objects": { "a": 1.5 },
        "ticketing_system": { "name": "hubspot", "external_id": 77, "id_type": 1 },
    }));
    assert_eq!(noted, [""; 0]);
    assert_eq!(read.sentiment, Some(Sentiment::Angry));
    assert_eq!(read.channel.as_ref().map(Channel::title), Some("Instagram"));
    assert_eq!((read.summary.as_deref(), read.reason.as_deref()), (Some("5"), Some("true")));
    assert_eq!(read.timestamp.unwrap().to_rfc3339(), "2026-11-01T10:00:00Z");
    let contact = read.contact.unwrap();
    assert_eq!((contact.id.as_deref(), contact.name.as_deref()), (Some("42"), Some("7")));
    assert_eq!(contact.phone.as_deref(), Some("4915112345678"));
    assert_eq!(read.transcript[0].to_text(), "AI: 5\n    attachment: https://f/1");
    assert_eq!(read.ticketing_system.unwrap().hubspot_thread(), Some("77".into()));
}

#[test]
fn a_contact_reads_in_every_spelling() {
    let expected = |contact: &Contact| {
        assert_eq!(contact.email.as_ref().unwrap().as_str(), "ann@x.org");
        assert_eq!(contact.phone.as_deref(), Some("+49 1"));
    };
    let cases = [
        json!({ "id": "c", "email": "ann@x.org", "phone_number": "+49 1" }),
        json!({ "contact_id": "c", "customer_id": "k", "email": "ann@x.org", "phone": "+49 1" }),
        json!({ "email": null, "enriched_data": { "email": "Ann@x.org", "phone": "+49 1" } }),
        json!({ "email": "", "enriched_data": { "email": "ann@x.org", "phone_number": "+49 1" } }),
    ];
    for case in cases {
        expected(&serde_json::from_value(case).unwrap());
    }
}

#[test]
fn closings_come_alone_or_as_a_list_and_say_resolved_in_three_ways() {
    let list = json!([{ "conversation_id": "a" }, { "conversation_id": "b" }]);
    let event = json!({ "event": "conversation.closed", "organization_id": "acme", "data": list });
    assert_eq!(envelope(&event).data.len(), 2);
    let cases = [
        (json!({ "resolution_status": "resolved" }), true),
        (json!({ "resolution_status": "not_resolved" }), false),
        (
            json!({ "human_resolution_status": "resolved", "ai_resolution_status": "not_resolved" }),
            true,
        ),
        (
            json!({ "human_resolution_status": "not_resolved", "ai_resolution_status": "resolved" }),
            false,
        ),
        (json!({ "ai_resolution_status": "resolved" }), true),
        (json!({ "resolution_status": "", "human_resolution_status": "resolved" }), true),
        (json!({ "resolution_status": null, "ai_resolution_status": " Resolved " }), true),
        (json!({ "resolution_status": [], "human_resolution_status": "resolved" }), true),
        (json!({ "resolution_status": "n/a", "human_resolution_status": "RESOLVED" }), true),
        (json!({ "resolution_status": 7, "ai_resolution_status": "closed_resolved" }), true),
        (json!({ "resolution_status": "Not Resolved", "ai_resolution_status": "resolved" }), false),
        (json!({ "resolution_status": " ", "human_resolution_status": "unresolved" }), false),
    ];
    for (mut data, resolved) in cases {
        data["conversation_id"] = "s".into();
        let closed: Closed = read(&data).unwrap();
        assert_eq!(closed.resolved, Some(resolved), "{data}");
    }
    for untold in [json!({}), json!({ "resolution_status": "pending" })] {
        let mut data = untold;
        data["conversation_id"] = "s".into();
        assert_eq!(read::<Closed>(&data).unwrap().resolved, None, "{data}");
    }
}

#[test]
fn a_ticketing_system_names_a_thread_only_if_it_is_hubspots_thread() {
    let cases = [
        (json!({ "name": "hubspot", "external_id": "77", "id_type": "thread" }), Some("77")),
        (json!({ "name": "HubSpot", "external_id": 77 }), Some("77")),
        (json!({ "name": "hubspot", "external_id": "77", "id_type": "ticket_id" }), None),
        (json!({ "name": "zendesk", "external_id": "77", "id_type": "thread" }), None),
        (json!({ "name": "hubspot", "external_id": "../77" }), None),
        (json!({ "name": "hubspot" }), None),
    ];
    for (value, thread) in cases {
        let system: TicketingSystem = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(system.hubspot_thread(), thread.map(Into::into), "{value}");
    }
}
