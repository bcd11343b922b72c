//! Webhooks: their events, their signatures and their repeats.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hubspot_sim::{ObjectKind, PortalOptions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::support::{Sim, until};

const NEW: &str = "conversation.newMessage";
const CHANGE: &str = "ticket.propertyChange";

/// A receiver of webhooks whose answers can be chosen.
#[derive(Clone, Default)]
struct Receiver {
    received: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    /// Starts a receiver that answers these statuses first, then 200, and a portal that sends to it.
    async fn with(answers: &[u16], change: impl FnOnce(&mut PortalOptions)) -> (Sim, Self) {
        let receiver = Self::default();
        *receiver.answers.lock().unwrap() = answers.iter().rev().copied().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let sim = Sim::with(|options| {
            options.webhook_url = Some(url);
            change(options);
        });
        (sim.await, receiver)
    }

    fn received(&self) -> Vec<(HeaderMap, String)> {
        self.received.lock().unwrap().clone()
    }

    /// Returns all events so far of one subscription.
    fn events(&self, subscription: &str) -> Vec<Value> {
        let bodies = self.received().into_iter();
        let all = bodies.flat_map(|(_, body)| serde_json::from_str::<Vec<Value>>(&body).unwrap());
        all.filter(|event| event["subscriptionType"] == subscription).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).unwrap();
    receiver.received.lock().unwrap().push((headers, body));
    let status = receiver.answers.lock().unwrap().pop().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

#[tokio::test]
async fn a_customers_mail_has_the_captured_shape() {
    let (sim, receiver) = Receiver::with(&[], |_| {}).await;
    let mail = sim.mail("one");
    until(|| !receiver.events(NEW).is_empty()).await;
    let mut event = receiver.events(NEW).remove(0);
    assert_eq!(event["objectId"].to_string(), mail.thread, "the thread is a number here");
    for varying in ["eventId", "subscriptionId", "occurredAt", "objectId"] {
        assert!(event.as_object_mut().unwrap().remove(varying).unwrap().is_u64(), "{varying}");
    }
    let expected = json!({
        "portalId": 12_345_678, "appId": 2_345_678, "subscriptionType": NEW, "attemptNumber": 0,
        "messageId": mail.message, "messageType": "MESSAGE", "changeFlag": "NEW_MESSAGE",
    });
    assert_eq!(event, expected);
    assert_eq!(receiver.events("conversation.creation").len(), 1);
    assert_eq!(receiver.received().len(), 1, "events that happen together share a delivery");
}

#[tokio::test]
async fn an_apps_own_posts_are_announced_too() {
    let (sim, receiver) = Receiver::with(&[], |options| options.also_message_created = true).await;
    let mail = sim.mail("one");
    let body = json!({"type": "COMMENT", "text": "Look", "attachments": []});
    let path = format!("/conversations/v3/conversations/threads/{}/messages", mail.thread);
    let posted = sim.post(&path, body).await;
    until(|| receiver.events("conversation.messageCreated").len() == 2).await;
    let events = receiver.events(NEW);
    let comment = events.iter().find(|event| event["messageType"] == "COMMENT").unwrap();
    assert_eq!(comment["messageId"], json!(posted.id()));
}

#[tokio::test]
async fn changes_of_tickets_and_threads_name_their_origin() {
    let (sim, receiver) = Receiver::with(&[], |_| {}).await;
    let id = sim.create("tickets", json!({"subject": "A", "hs_pipeline_stage": "1"})).await.id();
    for stage in ["2", "2"] {
        sim.portal.set_property(&id, "hs_pipeline_stage", stage, 222).unwrap();
    }
    let thread = sim.mail("one").thread;
    sim.portal.assign(&thread, Some(222)).unwrap();
    sim.portal.set_thread_status(&thread, hubspot_sim::ThreadStatus::Closed).unwrap();
    until(|| receiver.events("conversation.propertyChange").len() == 2).await;
    let seen = |event: &Value| {
        let fields = ["propertyName", "propertyValue", "changeSource", "sourceId"];
        fields.map(|field| event[field].as_str().unwrap_or_default().to_owned()).join(" ")
    };
    let mut all: Vec<String> = receiver.events(CHANGE).iter().map(seen).collect();
    all.extend(receiver.events("conversation.propertyChange").iter().map(seen));
    all.sort();
    let expected = [
        "assignedTo A-222  ",
        "hs_pipeline_stage 1 INTEGRATION 2345678",
        "hs_pipeline_stage 2 CRM_UI userId:222",
        "status CLOSED  ",
        "subject A INTEGRATION 2345678",
    ];
    assert_eq!(all, expected);
    assert!(sim.portal.set_property(&id, "nonsense", "1", 222).is_err());
    assert!(sim.portal.set_property(&id, "subject", "B", 999).is_err());
}

#[tokio::test]
async fn merges_and_deletions_are_announced() {
    let (sim, receiver) = Receiver::with(&[], |_| {}).await;
    let ticket = [("subject", "A"), ("hs_pipeline_stage", "1")];
    let (one, two) = (sim.portal.seed_ticket(&ticket), sim.portal.seed_ticket(&ticket));
    let (one, two) = (one.unwrap(), two.unwrap());
    let thread = sim.mail("one").thread;
    sim.portal.merge(ObjectKind::Ticket, &one, &two).unwrap();
    sim.portal.archive(ObjectKind::Ticket, &two);
    sim.portal.archive(ObjectKind::Ticket, &two);
    sim.portal.erase_contact("501").unwrap();
    sim.portal.erase_thread(&thread).unwrap();
    until(|| !receiver.events("conversation.privacyDeletion").is_empty()).await;
    let merge = receiver.events("ticket.merge").remove(0);
    assert_eq!(merge["primaryObjectId"].to_string(), two);
    assert_eq!(merge["mergedObjectIds"][0].to_string(), one);
    assert_eq!(merge["newObjectId"].to_string(), two);
    for (subscription, object) in [
        ("ticket.deletion", &*two),
        ("contact.privacyDeletion", "501"),
        ("conversation.privacyDeletion", &*thread),
    ] {
        let events = receiver.events(subscription);
        let ids: Vec<String> = events.iter().map(|event| event["objectId"].to_string()).collect();
        assert_eq!(ids, [object], "{subscription}");
    }
}

#[tokio::test]
async fn both_signatures_cover_the_body_and_the_secret_can_be_replaced() {
    let (sim, receiver) = Receiver::with(&[], |_| {}).await;
    for (count, secret) in [(1, "demo-client-secret"), (2, "new-secret")] {
        sim.portal.set_client_secret(Some(secret.to_owned()));
        sim.mail("one");
        until(|| receiver.received().len() == count).await;
        let (headers, body) = receiver.received().pop().unwrap();
        let signed = hex::encode(Sha256::digest(format!("{secret}{body}")));
        assert_eq!(headers["x-hubspot-signature"], signed.as_str());
        assert_eq!(headers["x-hubspot-signature-version"], "v1");
        assert!(headers.contains_key("x-hubspot-signature-v3"));
        let stamp = headers["x-hubspot-request-timestamp"].to_str().unwrap();
        assert!(stamp.parse::<u64>().unwrap() > 1_700_000_000_000, "milliseconds");
    }
    sim.portal.set_client_secret(None);
    sim.mail("two");
    until(|| receiver.received().len() == 3).await;
    let (headers, _) = receiver.received().pop().unwrap();
    assert!(headers.keys().all(|name| !name.as_str().starts_with("x-hubspot")));
}

#[tokio::test]
async fn a_failed_delivery_is_repeated_and_a_rejected_one_is_not() {
    let (sim, receiver) = Receiver::with(&[503, 429, 500, 200, 401], |_| {}).await;
    let mail = sim.mail("one");
    until(|| sim.portal.deliveries().len() == 4).await;
    let events = receiver.events(NEW);
    let attempts: Vec<&Value> = events.iter().map(|event| &event["attemptNumber"]).collect();
    assert_eq!(attempts, [0, 1, 2, 3]);
    assert!(events.iter().all(|event| event["eventId"] == events[0]["eventId"]));
    sim.portal.rep_replies(&mail.thread, 222, "two", None).unwrap();
    until(|| sim.portal.deliveries().len() == 5).await;
    sim.portal.rep_replies(&mail.thread, 222, "three", None).unwrap();
    until(|| sim.portal.deliveries().len() == 6).await;
    let statuses: Vec<_> = sim.portal.deliveries().iter().map(|one| one.status).collect();
    let expected = [503, 429, 500, 200, 401, 200].map(Some);
    assert_eq!(statuses, expected, "a 401 is final");
}

#[tokio::test]
async fn an_unreachable_receiver_is_tried_again_at_its_new_url() {
    let (sim, receiver) = Receiver::with(&[], |_| {}).await;
    let url = sim.portal.deliveries().first().map(|one| one.url.clone());
    assert_eq!(url, None);
    sim.mail("one");
    until(|| receiver.events(NEW).len() == 1).await;
    let url = sim.portal.deliveries()[0].url.clone();
    sim.portal.set_webhook_url(Some("http://127.0.0.1:9/".to_owned()));
    sim.mail("two");
    until(|| sim.portal.deliveries().iter().any(|one| one.status.is_none())).await;
    sim.portal.set_webhook_url(Some(url));
    until(|| receiver.events(NEW).len() == 2).await;
}

#[tokio::test]
async fn every_nth_delivery_is_sent_twice_on_demand() {
    let (sim, receiver) = Receiver::with(&[], |options| options.repeat_every = Some(2)).await;
    let mail = sim.mail("one");
    until(|| receiver.received().len() == 1).await;
    sim.portal.rep_replies(&mail.thread, 222, "two", None).unwrap();
    until(|| sim.portal.deliveries().len() == 3).await;
    let events = receiver.events(NEW);
    assert_eq!((events.len(), &events[1]), (3, &events[2]));
    assert_eq!(sim.portal.deliveries().iter().filter(|one| one.repeat).count(), 1);
}
