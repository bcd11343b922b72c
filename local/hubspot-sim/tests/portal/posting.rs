//! Messages and comments that an app posts.

use hubspot_sim::{Direction, MessageKind};
use serde_json::{Value, json};

use crate::support::Sim;

fn path(thread: &str) -> String {
    format!("/conversations/v3/conversations/threads/{thread}/messages")
}

/// A message that HubSpot takes on the email channel.
fn message() -> Value {
    json!({
        "type": "MESSAGE", "text": "Hello", "richText": "<p>Hello</p>", "attachments": [],
        "senderActorId": "A-111", "channelId": "1002", "channelAccountId": "90210442",
        "recipients": [{
            "actorId": "V-501", "recipientField": "TO",
            "deliveryIdentifiers": [{"type": "HS_EMAIL_ADDRESS", "value": "ada@example.com"}],
        }],
    })
}

#[tokio::test]
async fn a_posted_message_goes_out_in_the_name_of_the_user() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let made = sim.post(&path(&mail.thread), message()).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body["direction"], "OUTGOING");
    assert_eq!(made.body["client"]["clientType"], "INTEGRATION");
    assert_eq!(made.body["client"]["integrationAppId"], 2_345_678);
    assert_eq!(made.body["senders"][0]["name"], "Acme Assistant");
    assert_eq!(made.body["subject"], "Help", "a reply keeps the subject");
    let to = &made.body["recipients"][0]["deliveryIdentifier"]["value"];
    assert_eq!(to, "ada@example.com");
    let held = sim.portal.messages(&mail.thread);
    assert_eq!(held[1].id, made.id());
    assert_eq!((held[1].text(), held[1].direction()), ("Hello", Some(Direction::Outgoing)));
}

#[tokio::test]
async fn each_required_field_is_required() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let fields = [
        "type",
        "text",
        "attachments",
        "recipients",
        "senderActorId",
        "channelId",
        "channelAccountId",
    ];
    for field in fields {
        let mut body = message();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(sim.post(&path(&mail.thread), body).await.status, 400, "{field}");
    }
    for field in ["text", "attachments"] {
        let mut body = json!({"type": "COMMENT", "text": "Hi", "attachments": []});
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(sim.post(&path(&mail.thread), body).await.status, 400, "{field}");
    }
    assert_eq!(sim.portal.messages(&mail.thread).len(), 1);
}

#[tokio::test]
async fn fields_must_fit_the_thread() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let address = json!({"type": "HS_EMAIL_ADDRESS", "value": "ada@example.com"});
    for (field, value) in [
        ("channelId", json!("1000")),
        ("channelAccountId", json!("1")),
        ("recipients", json!([])),
        ("recipients", json!({"deliveryIdentifiers": [address]})),
        ("recipients", json!([{"deliveryIdentifier": address}])),
        ("recipients", json!([{"deliveryIdentifiers": []}])),
    ] {
        let mut body = message();
        body[field] = value.clone();
        assert_eq!(sim.post(&path(&mail.thread), body).await.status, 400, "{field}: {value}");
    }
    assert_eq!(sim.post(&path("77"), message()).await.status, 404);
}

#[tokio::test]
async fn only_active_users_may_send() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    for sender in ["I-2345678", "A-2345678", "A-444", "111"] {
        let mut body = message();
        body["senderActorId"] = json!(sender);
        let answer = sim.post(&path(&mail.thread), body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.message(), format!("Sender actor {sender} not found"));
    }
}

#[tokio::test]
async fn a_comment_is_the_apps_and_its_markup_is_sanitised() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let body = json!({
        "type": "COMMENT", "text": "Look", "attachments": [],
        "richText": "<!-- mark --><b onclick=\"x()\">Look</b><script>x()</script>",
    });
    let made = sim.post(&path(&mail.thread), body).await;
    assert_eq!((made.status, &made.body["richText"]), (201, &json!("<b>Look</b>")));
    assert_eq!(made.body["createdBy"], "I-2345678");
    assert_eq!(made.body["client"]["integrationAppId"], 2_345_678);
    assert_eq!(sim.portal.messages(&mail.thread)[1].kind, MessageKind::Comment);
    let one = sim.get(&format!("{}/{}/original-content", path(&mail.thread), made.id())).await;
    assert_eq!(one.body["text"], "Look");
}
