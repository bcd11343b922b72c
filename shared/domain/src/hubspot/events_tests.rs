use serde_json::json;

use super::*;

fn settings() -> Settings {
    Settings::from_json(
        r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
            "hubspot":{"portal_id":62515,"access_token":"p","ai_user_id":"1"}}"#,
    )
    .unwrap()
}

fn with(base: Value, changes: &Value) -> Option<AcceptedEvent> {
    let mut event = base;
    for (key, change) in changes.as_object().unwrap() {
        event[key] = change.clone();
    }
    sort(&event, &settings(), "trace")
}

fn message(changes: &Value) -> Option<AcceptedEvent> {
    let base = json!({ "eventId": 1, "portalId": 62515, "occurredAt": 1_702_439_388_898_i64,
        "subscriptionType": "conversation.newMessage", "attemptNumber": 0, "objectId": 6_065_362_089_u64,
        "messageId": "9b38", "messageType": "MESSAGE", "changeFlag": "NEW_MESSAGE" });
    with(base, changes)
}

fn change(changes: &Value) -> Option<AcceptedEvent> {
    let base = json!({ "eventId": 1, "portalId": 62515, "occurredAt": 17, "objectId": 77,
        "subscriptionType": "ticket.propertyChange", "propertyName": "plan", "propertyValue": "gold",
        "changeSource": "CRM_UI", "sourceId": "userId:7" });
    with(base, changes)
}

#[test]
fn a_message_is_accepted_in_every_spelling() {
    let cases = [
        json!({}),
        json!({ "objectId": "6065362089" }),
        json!({ "subscriptionType": "conversation.messageCreated" }),
        json!({ "messageType": null }),
    ];
    for changes in cases {
        let Some(AcceptedEvent { event: Accepted::Message(posted), .. }) = message(&changes) else {
            panic!("not accepted with {changes}");
        };
        assert_eq!(posted.event_id(), "6065362089-9b38");
    }
}

#[test]
fn what_is_not_for_us_or_not_whole_is_ignored() {
    for changes in [
        json!({ "messageType": "COMMENT" }),
        json!({ "portalId": 1 }),
        json!({ "portalId": "62515" }),
        json!({ "messageId": null }),
        json!({ "messageId": "" }),
        json!({ "objectId": null }),
        json!({ "objectId": {} }),
        json!({ "subscriptionType": "conversation.creation" }),
        json!({ "subscriptionType": 5 }),
    ] {
        assert_eq!(message(&changes), None, "{changes}");
    }
    for changes in [
        json!({ "propertyValue": "" }),
        json!({ "propertyValue": null }),
        json!({ "propertyName": null }),
        json!({ "occurredAt": null }),
    ] {
        assert_eq!(change(&changes), None, "{changes}");
    }
    for nonsense in [json!(null), json!([]), json!("x"), json!({})] {
        assert_eq!(sort(&nonsense, &settings(), "trace"), None);
    }
}

#[test]
fn repeats_have_one_key_and_other_events_another() {
    let key = |sorted: Option<AcceptedEvent>| sorted.unwrap().repeat_key;
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
        let Some(AcceptedEvent { event: Accepted::Change(change), .. }) =
            change(&json!({ "propertyValue": value }))
        else {
            panic!("not accepted: {value}");
        };
        assert_eq!(change.value, text);
    }
}
