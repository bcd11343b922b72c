//! Threads and messages through the API.

use hubspot_sim::{Channel, MessageKind, Sending, ThreadStatus};
use serde_json::{Value, json};

use crate::support::{Sim, ada};

const THREADS: &str = "/conversations/v3/conversations/threads";

fn message() -> Value {
    json!({
        "type": "MESSAGE", "text": "Hello", "richText": "<p>Hello</p>", "attachments": [],
        "recipients": [{"recipientField": "TO", "deliveryIdentifiers":
            [{"type": "HS_EMAIL_ADDRESS", "value": "ada@example.com"}]}],
        "senderActorId": "A-111", "channelId": "1002", "channelAccountId": "90210442",
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = message();
    body[field] = value;
    body
}

#[tokio::test]
async fn messages_are_listed_newest_first_in_pages() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    sim.portal.rep_replies(&thread, 222, "two", None).unwrap();
    sim.portal.rep_comments(&thread, 222, "three").unwrap();
    let path = format!("{THREADS}/{thread}/messages?limit=2");
    let first = sim.get(&path).await.body;
    let texts = |page: &Value| {
        let all = page["results"].as_array().unwrap().iter();
        all.map(|one| one["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&first), ["three", "two"]);
    assert!(first["results"][0].get("direction").is_none(), "a comment has no direction");
    sim.portal.rep_comments(&thread, 222, "four").unwrap();
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let rest = sim.get(&format!("{path}&after={after}")).await.body;
    assert_eq!(texts(&rest), ["one"]);
    assert!(rest.get("paging").is_none());
}

#[tokio::test]
async fn a_long_text_is_cut_until_the_original_is_asked_for() {
    let sim = Sim::start().await;
    let long = "x".repeat(20_000);
    let mail = sim.mail(&long);
    let path = format!("{THREADS}/{}/messages/{}", mail.thread, mail.message);
    let shown = sim.get(&path).await.body;
    assert_eq!(shown["truncationStatus"], "TRUNCATED");
    assert_eq!(shown["text"].as_str().unwrap().len(), 10_000);
    assert_eq!(sim.get(&format!("{path}/original-content")).await.body["text"], long);
    assert_eq!(sim.get(&format!("{THREADS}/{}/messages/1", mail.thread)).await.status, 404);
}

#[tokio::test]
async fn a_post_needs_its_fields_and_they_must_fit_the_thread() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    let path = format!("{THREADS}/{thread}/messages");
    for field in message().as_object().unwrap().keys().filter(|name| *name != "richText") {
        let mut body = message();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(sim.post(&path, body).await.status, 400, "{field}");
    }
    let address = json!({"type": "HS_EMAIL_ADDRESS", "value": "ada@example.com"});
    for (field, value) in [
        ("channelId", json!("1000")),
        ("channelAccountId", json!("1")),
        ("recipients", json!([])),
        ("recipients", json!({"deliveryIdentifiers": [address]})),
        ("recipients", json!([{"deliveryIdentifier": address}])),
        ("recipients", json!([{"deliveryIdentifiers": []}])),
        ("senderActorId", json!("I-2345678")),
        ("senderActorId", json!("A-444")),
    ] {
        let answer = sim.post(&path, with(field, value.clone())).await;
        assert_eq!(answer.status, 400, "{field}: {value}");
    }
    assert_eq!(sim.post(&format!("{THREADS}/77/messages"), message()).await.status, 404);
    assert_eq!(sim.portal.messages(&thread).len(), 1);
    let posted = sim.post(&path, message()).await;
    assert_eq!((posted.status, &posted.body["status"]["statusType"]), (201, &json!("SENT")));
    assert_eq!(
        (&posted.body["subject"], &posted.body["createdBy"]),
        (&json!("Help"), &json!("A-111"))
    );
    assert_eq!(sim.portal.messages(&thread)[1].addresses("TO"), ["ada@example.com"]);
}

#[tokio::test]
async fn a_comment_is_by_the_app_and_its_markup_is_sanitized() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    let path = format!("{THREADS}/{thread}/messages");
    let comment = json!({
        "type": "COMMENT", "text": "Look", "attachments": [],
        "richText": "<!-- mark --><b onclick=\"x()\">Look</b><script>x()</script>",
    });
    let posted = sim.post(&path, comment).await;
    assert_eq!((posted.status, &posted.body["richText"]), (201, &json!("<b>Look</b>")));
    assert_eq!(posted.body["createdBy"], "I-2345678");
    assert_eq!(posted.body["client"]["integrationAppId"], 2_345_678);
    assert_eq!(sim.portal.messages(&thread)[1].kind, MessageKind::Comment);
}

#[tokio::test]
async fn sending_may_fail_be_rejected_or_need_the_present_account() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    let path = format!("{THREADS}/{thread}/messages");
    sim.portal.set_sending(Channel::Email, Sending::Fails);
    let failed = sim.post(&path, message()).await;
    assert_eq!((failed.status, &failed.body["status"]["statusType"]), (201, &json!("FAILED")));
    sim.portal.set_sending(Channel::Email, Sending::Rejected);
    assert_eq!(sim.post(&path, message()).await.status, 400);
    sim.portal.set_sending(Channel::Email, Sending::Works);
    sim.portal.reconnect_account(Channel::Email);
    assert_eq!(sim.post(&path, message()).await.status, 400, "the account of before");
    let read = sim.get(&format!("{THREADS}/{thread}")).await.body;
    let account = read["originalChannelAccountId"].clone();
    assert_eq!(sim.post(&path, with("channelAccountId", account)).await.status, 201);
}

#[tokio::test]
async fn threads_are_assigned_closed_reopened_and_deleted() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    let assignee = format!("/conversations/conversations/2026-09/threads/{thread}/assignee");
    let assigned = sim.call("PUT", &assignee, json!({"actorId": "A-222"})).await;
    assert_eq!((assigned.status, &assigned.body["assignedTo"]), (200, &json!("A-222")));
    assert_eq!(sim.call("PUT", &assignee, json!({"actorId": "A-444"})).await.status, 400);
    let older = format!("{THREADS}/{thread}/assignee");
    let assigned = sim.post(&older, json!({"actorId": "greta@acme.com"})).await;
    assert_eq!(assigned.body["assignedTo"], "A-333");
    sim.portal.set_thread_status(&thread, ThreadStatus::Closed).unwrap();
    assert_eq!(sim.get(&format!("{THREADS}/{thread}")).await.body["status"], "CLOSED");
    let again = hubspot_sim::CustomerMessage { thread: Some(thread.clone()), ..ada("again") };
    sim.portal.customer_writes(again).unwrap();
    assert_eq!(sim.portal.thread(&thread).unwrap().status, ThreadStatus::Open);
    sim.portal.delete_thread(&thread).unwrap();
    assert_eq!(sim.get(&format!("{THREADS}/{thread}")).await.status, 404);
    assert_eq!(sim.get(&format!("{THREADS}/{thread}/messages")).await.status, 404);
}
