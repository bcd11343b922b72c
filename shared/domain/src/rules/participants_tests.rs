use serde_json::{Value, json};

use super::*;

fn email(address: &str) -> Value {
    json!({ "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": address } })
}

fn phone(number: &str) -> Value {
    json!({ "deliveryIdentifier": { "type": "HS_PHONE_NUMBER", "value": number } })
}

fn actor(id: &str) -> Value {
    json!({ "actorId": id })
}

fn with(mut party: Value, field: &str, value: &str) -> Value {
    party[field] = value.into();
    party
}

/// A mail, changed.
fn mail(changes: &Value) -> Message {
    let mut value = json!({ "id": "m", "type": "MESSAGE", "direction": "INCOMING", "text": "hi",
                            "channelId": "1002" });
    for (key, change) in changes.as_object().unwrap() {
        value[key] = change.clone();
    }
    serde_json::from_value(value).unwrap()
}

/// Carla, seen with each kind of identifier.
fn carla() -> Customer {
    let mut carla = Customer { complete: true, ..Customer::default() };
    for seen in [
        with(email("Carla@example.com"), "actorId", "V-52"),
        email("carla.private@example.org"),
        phone("+49 151 1234-5678"),
        actor("V-9"),
    ] {
        carla.learn(&serde_json::from_value(seen).unwrap());
    }
    carla
}

#[test]
fn the_author_is_compared_with_every_identifier_of_the_customer() {
    let from = |party: Value| json!({ "senders": [party] });
    let cases = [
        (from(email("carla@example.com")), Relation::Customer),
        (from(email("CARLA@EXAMPLE.COM")), Relation::Customer),
        (from(email("carla.private@example.org")), Relation::Customer),
        (from(actor("E-carla@example.com")), Relation::Customer),
        (from(actor("V-52")), Relation::Customer),
        (from(with(email("new@example.net"), "actorId", "V-52")), Relation::Customer),
        (from(phone("0049 (151) 12345678")), Relation::Customer),
        (from(email("bob@partner.example")), Relation::Participant),
        (from(actor("E-bob@partner.example")), Relation::Participant),
        (from(actor("V-53")), Relation::Participant),
        (from(phone("+49 151 1234-5679")), Relation::Participant),
        // The order of senders says nothing, their field does.
        (
            json!({ "senders": [with(email("noreply@lists.example"), "senderField", "ORIGINAL_FROM"),
                                with(email("carla@example.com"), "senderField", "FROM")] }),
            Relation::Customer,
        ),
        (
            json!({ "senders": [with(email("carla@example.com"), "senderField", "ORIGINAL_FROM"),
                                with(email("bob@partner.example"), "senderField", "from")] }),
            Relation::Participant,
        ),
        (
            json!({ "senders": [with(email("carla@example.com"), "senderField", "SENDER"),
                                email("bob@partner.example")] }),
            Relation::Participant,
        ),
        // Nobody is named: the thread's contact.
        (json!({ "senders": [] }), Relation::ThreadContact),
        (json!({ "senders": null }), Relation::ThreadContact),
        (json!({ "senders": [{ "name": "Carla" }] }), Relation::ThreadContact),
        (json!({ "senders": [], "createdBy": "V-52" }), Relation::Customer),
        (json!({ "senders": [], "createdBy": "V-53" }), Relation::Participant),
        (json!({ "senders": [], "createdBy": "S-hubspot" }), Relation::ThreadContact),
    ];
    for (message, expected) in cases {
        assert_eq!(relation(&mail(&message), &carla(), None), expected, "{message}");
    }
}

#[test]
fn a_message_that_names_nobody_is_the_threads_contacts() {
    let nobody = mail(&json!({ "senders": [] }));
    for (contact, expected) in [
        (Some("52"), Relation::Customer),
        (Some("53"), Relation::Participant),
        (None, Relation::Customer),
    ] {
        let contact = contact.map(ContactId::new);
        let found = relation(&nobody, &carla(), Some(contact.as_ref()));
        assert_eq!(found, expected, "{contact:?}");
    }
    let party = author(&nobody, Some(&ContactId::new("52")));
    assert_eq!(party.actor_id.as_deref(), Some("V-52"));
}

#[test]
fn whoever_is_not_recognised_may_be_the_customer_by_another_address_of_their_contact() {
    let incomplete = Customer { complete: false, ..carla() };
    let bob = mail(&json!({ "senders": [email("bob@partner.example")] }));
    assert_eq!(relation(&bob, &incomplete, None), Relation::Unrecognised);
    assert_eq!(relation(&bob, &Customer::default(), None), Relation::Customer, "nothing is known");
}

#[test]
fn a_reps_mail_is_for_the_customer_only_if_they_are_among_its_recipients() {
    let to = |party: Value| with(party, "recipientField", "TO");
    let cc = |party: Value| with(party, "recipientField", "CC");
    let cases = [
        (json!([to(email("carla@example.com"))]), Addressed::Yes),
        (json!([to(email("sales@supplier.example"))]), Addressed::No),
        (
            json!([to(email("sales@supplier.example")), cc(email("Carla@Example.com"))]),
            Addressed::Yes,
        ),
        (
            json!([
                to(email("sales@supplier.example")),
                with(email("carla.private@example.org"), "recipientField", "BCC")
            ]),
            Addressed::Yes,
        ),
        (json!([to(with(email("lee@acme.example"), "actorId", "A-7"))]), Addressed::No),
        (json!([to(actor("A-7"))]), Addressed::No),
        (json!([to(actor("V-52"))]), Addressed::Yes),
        (json!([to(actor("E-carla@example.com"))]), Addressed::Yes),
        (json!([]), Addressed::Yes),
        (json!([{ "name": "Carla" }]), Addressed::Yes),
        (json!("odd"), Addressed::Yes),
    ];
    for (recipients, expected) in cases {
        let message = json!({ "direction": "OUTGOING", "recipients": recipients });
        assert_eq!(addressed(&mail(&message), &carla()), expected, "{message}");
    }
    let chat =
        json!({ "direction": "OUTGOING", "channelId": "1000", "recipients": [actor("V-77")] });
    assert_eq!(addressed(&mail(&chat), &carla()), Addressed::Yes, "a chat has no recipients");
    let forward = json!({ "direction": "OUTGOING", "channelId": "1000",
                          "recipients": [email("sales@supplier.example")] });
    assert_eq!(addressed(&mail(&forward), &carla()), Addressed::No, "a mail out of a chat");
    let incomplete = Customer { complete: false, ..carla() };
    let supplier = mail(&json!({ "direction": "OUTGOING", "recipients": [email("a@b.example")] }));
    assert_eq!(addressed(&supplier, &incomplete), Addressed::Unrecognised);
}

#[test]
fn copies_go_to_those_whom_the_customers_mail_went_to_beside_the_inbox() {
    let to = |address: &str| with(email(address), "recipientField", "TO");
    let cc = |address: &str| with(email(address), "recipientField", "CC");
    let cases = [
        (json!([to("help@acme.example")]), vec![]),
        (
            json!([to("help@acme.example"), cc("boss@example.com")]),
            vec!["help@acme.example", "boss@example.com"],
        ),
        (
            json!([to("help@acme.example"), to("boss@example.com")]),
            vec!["help@acme.example", "boss@example.com"],
        ),
        (json!([cc("help@acme.example")]), vec!["help@acme.example"]),
        (
            json!([to("help@acme.example"), with(email("b@c.example"), "recipientField", "BCC")]),
            vec![],
        ),
        (json!([]), vec![]),
    ];
    for (recipients, expected) in cases {
        let found = copies(&mail(&json!({ "recipients": recipients })));
        let found: Vec<_> = found.iter().map(|party| party.email().unwrap().to_string()).collect();
        assert_eq!(found, expected, "{recipients}");
    }
}

#[test]
fn an_answer_goes_to_the_newest_address_on_its_channel() {
    let chat =
        json!({ "deliveryIdentifier": { "type": "CHANNEL_SPECIFIC_OPAQUE_ID", "value": "o" } });
    let mut customer = Customer::default();
    let mut see = |party: Value| {
        customer.learn(&serde_json::from_value(party).unwrap());
        customer.clone()
    };
    let address = |customer: &Customer, is_email| {
        customer.address_on(is_email).map(|address| address.value.clone())
    };
    let seen = see(chat);
    assert_eq!((address(&seen, true), address(&seen, false)), (None, Some("o".into())));
    see(email("old@example.com"));
    let seen = see(email("new@example.com"));
    assert_eq!(address(&seen, true), Some("new@example.com".into()));
    assert_eq!(address(&seen, false), Some("o".into()));
    let mut seen = see(email("old@example.com"));
    assert_eq!(address(&seen, true), Some("old@example.com".into()), "used again");
    seen.add_address(
        serde_json::from_value(email("other@x.org")["deliveryIdentifier"].clone()).unwrap(),
    );
    assert_eq!(address(&seen, true), Some("old@example.com".into()), "never seen in use");
}
