use serde_json::json;

use super::*;

fn envelope(value: Value) -> Envelope {
    Envelope::from_value(value).unwrap()
}

#[test]
fn an_event_without_an_id_gets_one_from_its_content() {
    let event = |text: &str| {
        envelope(json!({ "event": "conversation.ai_response", "organization_id": "acme",
                         "data": { "conversation_id": "s", "message": text } }))
    };
    assert_eq!(event("one").event_id, event("one").event_id);
    assert_ne!(event("one").event_id, event("two").event_id);
    let given = json!({ "event": "e", "event_id": "ev-1", "organization_id": "acme" });
    assert_eq!(envelope(given).event_id, "ev-1");
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
        let error = Envelope::from_value(value).unwrap_err().to_string();
        assert!(error.contains(field), "{field} is not named in: {error}");
    }
}

#[test]
fn what_is_wrong_in_the_data_is_named_with_its_path() {
    let base = json!({ "conversation_id": "s" });
    let cases = [
        ("channel", json!("pigeon"), "data.channel"),
        ("custom_data", json!({ "a": { "b": 1 } }), "data.custom_data.a"),
        ("transcript", json!([{ "sender": "contact" }, 7]), "data.transcript[1]"),
        ("conversation_id", Value::Null, "data.conversation_id"),
    ];
    for (key, value, field) in cases {
        let mut data = base.clone();
        data[key] = value;
        let error = Envelope::read::<HandoffToHuman>(&data).unwrap_err();
        assert_eq!(error.field, field);
    }
    let error = Envelope::read::<HandoffToHuman>(&json!({})).unwrap_err();
    assert!(error.to_string().contains("`conversation_id`"), "{error}");
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
    assert_eq!(envelope(event).data.len(), 2);
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
        (json!({}), false),
    ];
    for (mut data, resolved) in cases {
        data["conversation_id"] = "s".into();
        let closed: Closed = Envelope::read(&data).unwrap();
        assert_eq!(closed.is_resolved(), resolved, "{data}");
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
