use serde_json::{Value, json};

use super::*;

fn whole() -> Value {
    json!({ "id": "m", "type": "MESSAGE", "direction": "INCOMING", "createdAt": "2026-11-28",
        "client": { "clientType": "HUBSPOT", "integrationAppId": 7 }, "createdBy": "A-1",
        "senders": [{ "actorId": "V-1", "name": "Ann", "senderField": "FROM",
            "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": "ann@x.org" } }],
        "recipients": [], "text": "Hi", "richText": "<p>Hi</p>", "subject": "Hello",
        "truncationStatus": "NOT_TRUNCATED", "attachments": [{ "type": "FILE", "name": "a" }],
        "channelId": "1002", "channelAccountId": "5", "status": { "statusType": "SENT" },
        "archived": false })
}

#[test]
fn a_field_of_another_type_keeps_no_message_back() {
    let odd = [json!(null), json!(7), json!("x"), json!(true), json!([1, null]), json!({})];
    for field in whole().as_object().unwrap().keys().filter(|field| *field != "id") {
        for odd in &odd {
            let mut message = whole();
            message[field] = odd.clone();
            let read = serde_json::from_value::<Message>(message);
            assert!(read.is_ok(), "{field} = {odd}");
        }
    }
}

#[test]
fn numbers_are_texts_and_letter_case_does_not_matter() {
    let mut message = whole();
    for (field, value) in [
        ("id", json!(7)),
        ("type", json!("message")),
        ("direction", json!("Incoming")),
        ("text", json!(4711)),
        ("subject", json!(5)),
        ("channelId", json!(1002)),
        ("attachments", json!([null, { "type": "file", "name": 7, "url": "https://x" }])),
    ] {
        message[field] = value;
    }
    let number = json!({ "type": "HS_PHONE_NUMBER", "value": 4_915_112_345_678_u64 });
    message["senders"] = json!([9, { "senderField": "from", "deliveryIdentifier": number }]);
    let read: Message = serde_json::from_value(message).unwrap();
    assert_eq!((read.kind.as_str(), read.direction), ("MESSAGE", Some(Direction::Incoming)));
    assert_eq!((read.text.as_deref(), read.subject.as_deref()), (Some("4711"), Some("5")));
    assert!(read.is_email());
    let sender = read.sender().unwrap();
    assert_eq!(sender.delivery_identifier.as_ref().unwrap().value, "4915112345678");
    assert_eq!(read.files().map(Attachment::title).collect::<Vec<_>>(), ["7"]);
}
