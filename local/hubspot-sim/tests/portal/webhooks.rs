//! Webhooks: which events come, how they are signed and when they come again.

use hubspot_sim::{PortalOptions, Signature};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::receiver::{NEW, listening};
use crate::support::{options, until};

const CHANGE: &str = "ticket.propertyChange";

#[tokio::test]
async fn a_customers_mail_is_told_in_the_captured_shape() {
    let (sim, receiver) = listening(options()).await;
    let mail = sim.mail("one");
    until(|| !receiver.events(NEW).is_empty()).await;
    let event = &receiver.events(NEW)[0];
    assert_eq!(event["objectId"].to_string(), mail.thread, "the thread is a number here");
    assert_eq!(event["messageId"], json!(mail.message));
    assert_eq!(
        (&event["messageType"], &event["changeFlag"]),
        (&json!("MESSAGE"), &json!("NEW_MESSAGE"))
    );
    assert_eq!((&event["portalId"], &event["appId"]), (&json!(12_345_678), &json!(2_345_678)));
    assert_eq!(event["attemptNumber"], 0);
    assert!(event["occurredAt"].is_u64());
    assert!(event.get("changeSource").is_none());
    assert_eq!(receiver.events("conversation.creation").len(), 1);
    assert_eq!(receiver.events("contact.creation").len(), 1);
    assert_eq!(receiver.received().len(), 1, "what happens together comes together");
}

#[tokio::test]
async fn an_apps_own_posts_are_told_like_everybody_elses() {
    let (sim, receiver) =
        listening(PortalOptions { also_message_created: true, ..options() }).await;
    let mail = sim.mail("one");
    let body = json!({"type": "COMMENT", "text": "Look", "attachments": []});
    let path = format!("/conversations/v3/conversations/threads/{}/messages", mail.thread);
    let made = sim.post(&path, body).await;
    until(|| receiver.events("conversation.messageCreated").len() == 2).await;
    let events = receiver.events(NEW);
    let comment = events.iter().find(|event| event["messageType"] == "COMMENT").unwrap();
    assert_eq!(comment["messageId"], json!(made.id()));
}

#[tokio::test]
async fn ticket_changes_tell_who_made_them() {
    let (sim, receiver) = listening(options()).await;
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1"});
    let id = sim.create("tickets", ticket).await.id();
    sim.portal.set_property(&id, "hs_pipeline_stage", "2", 222).unwrap();
    sim.portal.set_property(&id, "hs_pipeline_stage", "2", 222).unwrap();
    until(|| receiver.events(CHANGE).len() >= 3).await;
    let events = receiver.events(CHANGE);
    let seen = |event: &Value| {
        let fields = ["propertyName", "propertyValue", "changeSource", "sourceId"];
        fields.map(|field| event[field].as_str().unwrap().to_owned())
    };
    let mut all: Vec<_> = events.iter().map(seen).collect();
    all.sort();
    let app = "2345678";
    assert_eq!(
        all,
        [
            ["hs_pipeline_stage", "1", "INTEGRATION", app],
            ["hs_pipeline_stage", "2", "CRM_UI", "userId:222"],
            ["subject", "A", "INTEGRATION", app],
        ]
    );
    assert_eq!(events[0]["objectId"].to_string(), id);
    assert!(sim.portal.set_property(&id, "nonsense", "1", 222).is_err());
    assert!(sim.portal.set_property(&id, "subject", "B", 999).is_err());
}

#[tokio::test]
async fn changes_of_a_thread_are_told() {
    let (sim, receiver) = listening(options()).await;
    let mail = sim.mail("one");
    sim.portal.assign(&mail.thread, Some(222)).unwrap();
    sim.portal.set_thread_status(&mail.thread, hubspot_sim::ThreadStatus::Closed).unwrap();
    let changes = || receiver.events("conversation.propertyChange");
    until(|| changes().len() == 2).await;
    let seen = |event: &Value| format!("{} {}", event["propertyName"], event["propertyValue"]);
    let mut all: Vec<String> = changes().iter().map(seen).collect();
    all.sort();
    assert_eq!(all, [r#""assignedTo" "A-222""#, r#""status" "CLOSED""#]);
}

#[tokio::test]
async fn both_signatures_are_there_and_v1_covers_the_raw_body() {
    let (sim, receiver) = listening(options()).await;
    sim.mail("one");
    until(|| !receiver.received().is_empty()).await;
    let one = &receiver.received()[0];
    let signed = Sha256::digest(format!("demo-client-secret{}", one.raw));
    assert_eq!(one.headers["x-hubspot-signature"], hex::encode(signed).as_str());
    assert_eq!(one.headers["x-hubspot-signature-version"], "v1");
    assert!(one.headers.contains_key("x-hubspot-signature-v3"));
    let stamp: u64 = one.headers["x-hubspot-request-timestamp"].to_str().unwrap().parse().unwrap();
    assert!(stamp > 1_700_000_000_000, "milliseconds");
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let settings =
        PortalOptions { client_secret: None, signature: Signature::V3AndV1, ..options() };
    let (sim, receiver) = listening(settings).await;
    sim.mail("one");
    until(|| !receiver.received().is_empty()).await;
    let headers = &receiver.received()[0].headers;
    assert!(headers.keys().all(|name| !name.as_str().starts_with("x-hubspot")));
}

#[tokio::test]
async fn nothing_is_told_of_a_batch_that_was_refused() {
    let (sim, receiver) = listening(options()).await;
    let one = |stage: &str| json!({"properties": {"subject": "A", "hs_pipeline_stage": stage}});
    let path = "/crm/v3/objects/tickets/batch/create";
    assert_eq!(sim.post(path, json!({"inputs": [one("1"), one("9")]})).await.status, 400);
    assert_eq!(sim.post(path, json!({"inputs": [one("2")]})).await.status, 201);
    until(|| !receiver.received().is_empty()).await;
    assert_eq!(receiver.events("ticket.creation").len(), 1);
    assert!(receiver.events(CHANGE).iter().all(|event| event["propertyValue"] != "1"));
}
