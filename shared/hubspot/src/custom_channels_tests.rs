use super::*;

fn party(number: &str) -> ChannelParty {
    ChannelParty { delivery_identifier: DeliveryIdentifier::phone(number), name: None }
}

#[test]
fn a_message_has_all_that_the_specification_requires() {
    let (session, contact) = (SessionId::new("s-1"), ContactId::new("801"));
    let message = ChannelMessage {
        account: "44",
        direction: Direction::Incoming,
        sender: ChannelParty { name: Some("Ann".into()), ..party("+4915112345678") },
        recipient: ChannelParty::opaque("opencx-whatsapp", None),
        text: "Where is it?",
        rich_text: None,
        said_at: Timestamp::from_millis(1_796_000_000_123),
        session: &session,
        message_id: "m-7",
        contact: Some(&contact),
        files: &[FileId::new("99")],
    };
    let expected = json!({
        "channelAccountId": "44", "messageDirection": "INCOMING",
        "senders": [{ "name": "Ann",
            "deliveryIdentifier": { "type": "HS_PHONE_NUMBER", "value": "+4915112345678" } }],
        "recipients": [{ "deliveryIdentifier":
            { "type": "CHANNEL_SPECIFIC_OPAQUE_ID", "value": "opencx-whatsapp" } }],
        "text": "Where is it?", "timestamp": "2026-11-30T00:53:20.123Z",
        "integrationThreadId": "s-1", "integrationIdempotencyId": "s-1:m-7",
        "associateWithContactId": 801,
        "attachments": [{ "type": "FILE", "fileId": "99" }],
    });
    assert_eq!(message.body(), expected);
    let visitor = ContactId::new("v-9");
    let body = ChannelMessage { contact: Some(&visitor), files: &[], ..message }.body();
    assert!(body.get("associateWithContactId").is_none(), "the specification wants a number");
    assert_eq!(body["attachments"], json!([]), "required, also without files");
}

#[test]
fn an_answer_tells_message_and_thread_whatever_the_types_of_its_ids() {
    let cases = [
        (json!({ "id": "m", "conversationsThreadId": "7" }), Some("m"), Some("7")),
        (json!({ "id": 8, "conversationsThreadId": 7 }), Some("8"), Some("7")),
        (json!({ "id": null, "status": "odd" }), None, None),
    ];
    for (answer, id, thread) in cases {
        let told = answer.to_string();
        let read: Published = serde_json::from_value(answer).unwrap();
        assert_eq!(read.id, id.map(MessageId::from), "{told}");
        assert_eq!(read.thread, thread.map(ThreadId::from), "{told}");
        assert!(!read.has_failed());
    }
    let failed = json!({ "id": "m", "status": { "statusType": "failed" } });
    assert!(serde_json::from_value::<Published>(failed).unwrap().has_failed());
}
