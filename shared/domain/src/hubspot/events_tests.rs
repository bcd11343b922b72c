use serde_json::json;

use super::*;

/// Moment of the delivery.
const NOW: i64 = 1_702_439_400_000;

fn settings() -> Settings {
    Settings::from_json(
        r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
            "hubspot":{"portal_id":62515,"access_token":"p","ai_user_id":"1"}}"#,
    )
    .unwrap()
}

fn with(base: Value, changes: &Value) -> Result<AcceptedEvent, Ignored> {
    let mut event = base;
    for (key, change) in changes.as_object().unwrap() {
        event[key] = change.clone();
    }
    sort(&event, &settings(), "trace", Timestamp::from_millis(NOW))
}

fn message(changes: &Value) -> Result<AcceptedEvent, Ignored> {
    let base = json!({ "eventId": 1, "portalId": 62515, "occurredAt": 1_702_439_388_898_i64,
        "subscriptionType": "conversation.newMessage", "attemptNumber": 0, "objectId": 6_065_362_089_u64,
        "messageId": "9b38", "messageType": "MESSAGE", "changeFlag": "NEW_MESSAGE" });
    with(base, changes)
}

fn change(changes: &Value) -> Result<AcceptedEvent, Ignored> {
    let base = json!({ "eventId": 1, "portalId": 62515, "occurredAt": 1_702_439_388_898_i64,
        "objectId": 77, "subscriptionType": "ticket.propertyChange", "propertyName": "plan",
        "propertyValue": "gold", "changeSource": "CRM_UI", "sourceId": "userId:7" });
    with(base, changes)
}

fn changed(changes: &Value) -> TicketChange {
    match change(changes).map(|accepted| accepted.event) {
        Ok(Accepted::Record(RecordEvent::Change(change))) => change,
        other => panic!("not accepted with {changes}: {other:?}"),
    }
}

#[test]
fn a_message_is_accepted_in_every_spelling() {
    for changes in [
        json!({}),
        json!({ "objectId": "6065362089" }),
        json!({ "objectId": 6_065_362_089.0 }),
        json!({ "subscriptionType": "conversation.messageCreated" }),
        json!({ "eventType": "conversation.newMessage" }),
        json!({ "subscriptionType": null, "eventType": "conversation.newMessage" }),
        json!({ "messageType": null }),
        json!({ "messageType": 5, "occurredAt": "2023-12-13", "portalId": "62515" }),
        json!({ "portalId": 62515.0, "occurredAt": 1_702_439_388_898.0 }),
        json!({ "portalId": null, "occurredAt": null, "eventId": {} }),
        json!({ "portalId": {}, "occurredAt": [], "sourceId": 7 }),
    ] {
        let Ok(AcceptedEvent { event: Accepted::Message(posted), .. }) = message(&changes) else {
            panic!("not accepted with {changes}");
        };
        assert_eq!(posted.event_id(), "6065362089-9b38");
    }
}

#[test]
fn what_is_not_for_us_or_lacks_what_it_needs_is_ignored_with_the_reason() {
    for (changes, reason) in [
        (json!({ "messageType": "COMMENT" }), Ignored::Comment),
        (json!({ "messageType": "comment" }), Ignored::Comment),
        (json!({ "portalId": 1 }), Ignored::OtherPortal),
        (json!({ "portalId": "1" }), Ignored::OtherPortal),
        (json!({ "messageId": null }), Ignored::Lacks("messageId")),
        (json!({ "messageId": "" }), Ignored::Lacks("messageId")),
        (json!({ "objectId": null }), Ignored::Lacks("objectId")),
        (json!({ "objectId": {} }), Ignored::Lacks("objectId")),
        (json!({ "subscriptionType": "conversation.creation" }), Ignored::NotActedUpon),
        (json!({ "subscriptionType": 5 }), Ignored::NotActedUpon),
        (json!({ "subscriptionType": [] }), Ignored::Lacks("subscriptionType")),
    ] {
        assert_eq!(message(&changes), Err(reason), "{changes}");
    }
    for (changes, reason) in [
        (json!({ "propertyValue": "" }), Ignored::NoValue),
        (json!({ "propertyValue": null }), Ignored::NoValue),
        (json!({ "propertyValue": [1] }), Ignored::Lacks("propertyValue")),
        (json!({ "propertyName": null }), Ignored::Lacks("propertyName")),
    ] {
        assert_eq!(change(&changes), Err(reason), "{changes}");
    }
    for nonsense in [json!(null), json!([]), json!("x"), json!({})] {
        assert!(sort(&nonsense, &settings(), "trace", Timestamp::from_millis(NOW)).is_err());
    }
}

#[test]
fn repeats_have_one_key_and_other_events_another() {
    let key = |sorted: Result<AcceptedEvent, Ignored>| sorted.unwrap().repeat_key;
    let created = json!({ "subscriptionType": "conversation.messageCreated", "eventId": 9 });
    assert_eq!(key(message(&json!({}))), key(message(&created)));
    assert_ne!(key(message(&json!({}))), key(message(&json!({ "messageId": "other" }))));
    assert_eq!(key(change(&json!({}))), key(change(&json!({ "attemptNumber": 2 }))));
    assert_ne!(key(change(&json!({}))), key(change(&json!({ "eventId": 2 }))));
    assert_ne!(key(change(&json!({}))), key(change(&json!({ "propertyName": "tier" }))));
}

#[test]
fn a_changed_value_is_text_whatever_it_came_as() {
    for (value, text) in [(json!("gold"), "gold"), (json!(7), "7"), (json!(true), "true")] {
        assert_eq!(changed(&json!({ "propertyValue": value })).value, text);
    }
    assert_eq!(changed(&json!({ "sourceId": 7 })).source_id.as_deref(), Some("7"));
}

#[test]
fn two_changes_within_a_millisecond_are_two_events_and_a_repeat_is_none() {
    let id = |changes| changed(&changes).event_id();
    assert_ne!(id(json!({ "propertyValue": "LOW" })), id(json!({ "propertyValue": "HIGH" })));
    assert_eq!(id(json!({})), id(json!({ "eventId": 2, "attemptNumber": 1 })));
    assert_eq!(id(json!({})), id(json!({ "occurredAt": "1702439388898" })));
    assert_ne!(id(json!({})), id(json!({ "occurredAt": 5 })));
    assert_ne!(id(json!({ "occurredAt": null })), id(json!({ "occurredAt": null, "eventId": 2 })));
}

#[test]
fn a_moment_to_come_or_none_counts_as_now() {
    for occurred_at in
        [json!(4_102_444_800_000_i64), json!("2100-01-01T00:00:00Z"), json!(null), json!({})]
    {
        let change = changed(&json!({ "occurredAt": occurred_at }));
        assert_eq!(change.occurred_at.as_millis(), NOW, "{occurred_at}");
    }
    assert_eq!(changed(&json!({})).occurred_at.as_millis(), 1_702_439_388_898);
}

#[test]
fn the_surviving_ticket_of_a_merge_is_found_in_whatever_fields_there_are() {
    for (fields, survivor, gone) in [
        (
            json!({ "primaryObjectId": 5, "mergedObjectIds": [6, "7"], "newObjectId": 8 }),
            "8",
            vec!["6", "7", "5"],
        ),
        (json!({ "primaryObjectId": "5", "mergedObjectIds": [6] }), "5", vec!["6"]),
        (json!({ "objectId": 6, "newObjectId": 8, "mergedObjectIds": null }), "8", vec!["6"]),
        (json!({ "objectId": 5, "primaryObjectId": 5, "mergedObjectIds": 6 }), "5", vec!["6"]),
        (json!({ "primaryObjectId": 5, "mergedObjectIds": [5, 6, 6, {}] }), "5", vec!["6"]),
    ] {
        let base = json!({ "subscriptionType": "ticket.merge", "portalId": 62515 });
        let Ok(Accepted::Record(RecordEvent::Merge { ticket, merged, .. })) =
            with(base, &fields).map(|accepted| accepted.event)
        else {
            panic!("not accepted: {fields}");
        };
        assert_eq!(ticket.as_str(), survivor, "{fields}");
        assert_eq!(merged.iter().map(TicketId::as_str).collect::<Vec<_>>(), gone, "{fields}");
    }
    let base = json!({ "subscriptionType": "ticket.merge", "portalId": 62515 });
    assert_eq!(with(base.clone(), &json!({})), Err(Ignored::Lacks("primaryObjectId")));
    let alone = json!({ "primaryObjectId": 5 });
    assert_eq!(with(base, &alone), Err(Ignored::Lacks("mergedObjectIds")));
}

#[test]
fn a_record_event_travels_as_it_is_and_an_untagged_one_is_a_change() {
    let deleted =
        json!({ "subscriptionType": "ticket.deletion", "portalId": 62515, "objectId": 5 });
    let erased = json!({ "subscriptionType": "contact.privacyDeletion", "objectId": 9 });
    for (event, subject) in [(deleted, "5"), (erased, "9")] {
        let Ok(Accepted::Record(record)) = with(event, &json!({})).map(|accepted| accepted.event)
        else {
            panic!("not accepted");
        };
        assert_eq!(record.subject(), subject);
        let body = serde_json::to_string(&record).unwrap();
        assert_eq!(RecordEvent::from_text(&body).unwrap(), record);
    }
    let change = changed(&json!({}));
    let body = serde_json::to_string(&change).unwrap();
    assert_eq!(RecordEvent::from_text(&body).unwrap(), RecordEvent::Change(change));
}
