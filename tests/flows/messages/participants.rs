//! Several people in one thread: nobody hears what is not meant for them.

use hubspot_sim::{Channel, ClientType, CustomerMessage, MessageKind, RepMessage};
use serde_json::json;
use tests::{Bridge, ann, handoff_on, with};

use super::{answers, begun, heard, history, outcome_of, reason_of, session_of};

fn mail_from(address: &str, thread: &str, text: &str) -> CustomerMessage {
    CustomerMessage {
        name: None,
        email: Some(address.to_owned()),
        ..ann(Channel::Email, Some(thread), text)
    }
}

fn rep(thread: &str, text: &str, to: &[&str], cc: &[&str]) -> RepMessage {
    let list = |addresses: &[&str]| addresses.iter().map(|one| (*one).to_owned()).collect();
    RepMessage {
        thread: thread.to_owned(),
        user_id: 222,
        text: text.to_owned(),
        to: list(to),
        cc: list(cc),
        ..RepMessage::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reps_mail_reaches_the_session_only_if_the_customer_is_among_its_recipients() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::Email).await;
    let cases = [
        ("to a supplier", vec!["sales@supplier.example"], vec![], false),
        ("to a colleague", vec!["lee@acme.com"], vec![], false),
        ("to two others", vec!["sales@supplier.example"], vec!["lee@acme.com"], false),
        ("with her in copy", vec!["sales@supplier.example"], vec!["Ann@Example.org"], true),
        ("to her", vec!["ann@example.org"], vec!["lee@acme.com"], true),
        ("as a reply", vec![], vec![], true),
    ];
    for (text, to, cc, expected) in cases {
        let sent = bridge.portal().rep_writes(rep(&thread, text, &to, &cc)).unwrap();
        let reason = reason_of(&bridge, &sent).await;
        assert_eq!(reason.is_none(), expected, "{text}: {reason:?}");
        let is_heard = history(&bridge, "first").iter().any(|entry| entry.text == text);
        assert_eq!(is_heard, expected, "{text}");
        if !expected {
            assert_eq!(reason.as_deref(), Some("not_to_the_customer"), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_in_a_thread_of_a_session_of_opencx_is_not_delivered_to_its_customer() {
    let bridge = Bridge::start().await;
    let url = bridge.url(&bridge_local::demo::webhook_path());
    let thread = bridge.quiet_thread(Channel::Email);
    bridge.quiet().await;
    bridge.portal().set_webhook_url(Some(url));
    bridge.handed_off(&with(handoff_on(&thread, "s-1"), &json!({ "channel": "email" }))).await;
    let forward = rep(&thread, "Do you have it?", &["sales@supplier.example"], &[]);
    let sent = bridge.portal().rep_writes(forward).unwrap();
    assert_eq!(reason_of(&bridge, &sent).await.as_deref(), Some("not_to_the_customer"));
    let answer = bridge
        .portal()
        .customer_writes(mail_from("sales@supplier.example", &thread, "do not tell the customer"))
        .unwrap();
    assert_eq!(reason_of(&bridge, &answer).await.as_deref(), Some("not_the_customer"));
    let said = |call: &opencx_sim::Call| {
        let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
        body.contains("Do you have it?") || body.contains("do not tell")
    };
    assert!(!bridge.opencx().calls().iter().any(said));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_participant_calls_a_human_once_and_the_customer_still_gets_her_answer() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::Email).await;
    let session = session_of(&bridge, "first");
    let given = "2026-11-21T20:46:15Z";
    for text in ["I am Bob", "Bob again"] {
        let bob = portal.customer_writes(mail_from("bob@partner.example", &thread, text)).unwrap();
        let record = outcome_of(&bridge, &bob).await;
        assert_eq!(record.reason.as_deref(), Some("not_the_customer"), "{record:?}");
        assert!(!history(&bridge, "first").iter().any(|entry| entry.text == text));
    }
    assert_eq!(portal.thread(&thread).unwrap().assigned_to.as_deref(), Some("A-222"));
    let comments: Vec<_> = portal
        .messages(&thread)
        .into_iter()
        .filter(|message| message.kind == MessageKind::Comment)
        .collect();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].text().contains("bob@partner.example"), "{}", comments[0].text());
    let answer = |id: &str, timestamp: Option<&str>| {
        json!({ "event": "conversation.ai_response", "event_id": id, "organization_id": "acme",
                "data": { "conversation_id": session, "message_id": id, "message": id,
                          "timestamp": timestamp } })
    };
    for (id, timestamp, reason) in
        [("earlier", Some(given), None), ("later", None, Some("human_owns_thread"))]
    {
        bridge.event(&answer(id, timestamp)).await;
        let record = bridge
            .outcome(id, |record| record.function == "ai-reply" && record.event_id.contains(id))
            .await;
        assert_eq!(record.reason.as_deref(), reason, "{id}");
    }
    let last = answers(&bridge, &thread).pop().unwrap();
    assert_eq!(last.text(), "earlier");
    assert_eq!(last.addresses("TO"), ["ann@example.org"], "and nobody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_participant_is_heard_under_their_name_where_the_settings_say_so() {
    let bridge =
        Bridge::with_settings(|settings| settings["other_senders"] = "forward_to_ai".into()).await;
    let thread = begun(&bridge, Channel::Email).await;
    let bob = CustomerMessage {
        name: Some("Bob Ray".to_owned()),
        cc: vec!["boss@partner.example".to_owned()],
        ..mail_from("bob@partner.example", &thread, "Where is it?")
    };
    bridge.portal().customer_writes(bob).unwrap();
    heard(&bridge, "first", "Bob Ray (bob@partner.example) wrote:\n\nWhere is it?").await;
    bridge.quiet().await;
    for answer in answers(&bridge, &thread) {
        assert_eq!(answer.addresses("TO"), ["ann@example.org"]);
        assert!(answer.addresses("CC").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_is_known_by_a_second_address_of_her_contact() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::Email).await;
    let contacts = bridge.portal().contacts();
    let id = &contacts.iter().find(|one| one.get("email") == "ann@example.org").unwrap().id;
    let senders =
        serde_json::from_value(json!([{ "actorId": format!("V-{id}"), "senderField": "FROM",
        "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": "ann@home.example" } }]))
        .unwrap();
    let mail = CustomerMessage {
        senders: Some(senders),
        ..ann(Channel::Email, Some(&thread), "from home")
    };
    bridge.portal().customer_writes(mail).unwrap();
    heard(&bridge, "first", "from home").await;
    bridge.quiet().await;
    let reply = rep(&thread, "to her home", &["ann@home.example"], &[]);
    bridge.portal().rep_writes(reply).unwrap();
    heard(&bridge, "first", "to her home").await;
    assert_eq!(answers(&bridge, &thread).last().unwrap().addresses("TO"), ["ann@home.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_is_the_from_sender_the_actor_or_the_threads_contact() {
    let bridge = Bridge::start().await;
    let address = |field: &str, value: &str| {
        json!({ "senderField": field,
                "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": value } })
    };
    let cases = [
        json!([
            address("ORIGINAL_FROM", "noreply@lists.example"),
            address("FROM", "ann@example.org")
        ]),
        json!([{ "actorId": "E-ann@example.org" }]),
        json!([]),
    ];
    for (at, senders) in cases.into_iter().enumerate() {
        let text = format!("case {at}");
        let mail = CustomerMessage {
            senders: Some(serde_json::from_value(senders.clone()).unwrap()),
            ..ann(Channel::Email, None, &text)
        };
        let thread = bridge.portal().customer_writes(mail).unwrap().thread;
        let answer = tests::seen("an answer", || answers(&bridge, &thread).pop()).await;
        assert_eq!(answer.addresses("TO"), ["ann@example.org"], "{senders}");
        let session = bridge.opencx().session(&session_of(&bridge, &text)).unwrap();
        assert_eq!(session.contact.email.as_deref(), Some("ann@example.org"), "{senders}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn automation_in_a_users_name_is_nobodys_reply() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::Email).await;
    let base = || rep(&thread, "workflow", &[], &[]);
    let by_system = RepMessage { client: ClientType::System, ..base() };
    let by_hubspot = RepMessage { created_by: Some("S-hubspot".to_owned()), ..base() };
    for automated in [by_system, by_hubspot] {
        let sent = bridge.portal().rep_writes(automated).unwrap();
        assert_eq!(reason_of(&bridge, &sent).await.as_deref(), Some("automated"));
    }
    assert!(!history(&bridge, "first").iter().any(|entry| entry.text == "workflow"));
}

#[tokio::test(flavor = "multi_thread")]
async fn automatic_mail_changes_nothing() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::Email).await;
    let mail = |from: &str, subject: &str| CustomerMessage {
        subject: Some(subject.to_owned()),
        ..mail_from(from, &thread, "robot")
    };
    for automatic in [
        mail("ann@example.org", "Automatic reply: Hello"),
        mail("ann@example.org", "Abwesenheitsnotiz: Hello"),
        mail("ann@example.org", "Read: Hello"),
        mail("mailer-daemon@mx.example.org", "Hello"),
        mail("orders-noreply@shop.example", "Hello"),
        mail("support@acme.com", "Hello"),
    ] {
        let what = format!("{:?} {:?}", automatic.email, automatic.subject);
        let sent = portal.customer_writes(automatic).unwrap();
        assert_eq!(reason_of(&bridge, &sent).await.as_deref(), Some("automatic_message"), "{what}");
    }
    assert_eq!(portal.thread(&thread).unwrap().assigned_to, None, "nobody is called");
    portal.customer_writes(ann(Channel::Email, Some(&thread), "and now?")).unwrap();
    heard(&bridge, "first", "and now?").await;
    bridge.quiet().await;
    let last = answers(&bridge, &thread).pop().unwrap();
    assert_eq!(last.subject.as_deref(), Some("Hello"));
}
