//! Delivery of events.

use opencx_sim::{EventDelivery, OpenCxOptions};
use serde_json::{Value, json};

use crate::support::{Lab, Receiver, ada, eventually, options};

fn event(session: &str, n: u32) -> Value {
    json!({ "event": "conversation.closed", "data": { "conversation_id": session, "n": n } })
}

/// Waits for `count` events and returns the numbers of those of a session.
async fn numbers(receiver: &Receiver, count: usize, session: &str) -> Vec<u64> {
    let events = receiver.wait_for(count).await.into_iter().map(|(_, event)| event);
    let of_session = events.filter(|event| event["data"]["conversation_id"] == session);
    of_session.map(|event| event["data"]["n"].as_u64().unwrap()).collect()
}

async fn lab(statuses: &[u16], options: OpenCxOptions) -> (Lab, Receiver) {
    let (receiver, url) = Receiver::start(statuses).await;
    (Lab::with(OpenCxOptions { events_url: Some(url), ..options }).await, receiver)
}

#[tokio::test]
async fn an_event_names_its_organisation_and_is_signed_if_there_is_a_secret() {
    let secret = Some("whsec_c2VjcmV0".to_owned());
    let (lab, receiver) = lab(&[], OpenCxOptions { webhook_secret: secret, ..options() }).await;
    lab.sim.customer_writes(ada("Hello")).unwrap();
    let events = receiver.wait_for(2).await;
    assert_eq!(events[0].1["event"], "conversation.started");
    assert_eq!(events[0].1["organization_id"], "acme");
    let header = |n: usize, name| events[n].0[name].to_str().unwrap();
    assert_ne!(header(0, "webhook-id"), header(1, "webhook-id"));
    assert!(header(0, "webhook-signature").starts_with("v1,"));
    assert!(header(0, "webhook-timestamp").parse::<u64>().unwrap() > 1_700_000_000);
}

#[tokio::test]
async fn failures_of_the_receiver_delay_events_but_keep_their_order() {
    let (lab, receiver) = lab(&[503, 500, 502], options()).await;
    for n in 0..4 {
        lab.sim.emit(event("a", n));
        lab.sim.emit(event("b", n));
    }
    assert_eq!(numbers(&receiver, 8, "a").await, [0, 1, 2, 3]);
    assert_eq!(numbers(&receiver, 8, "b").await, [0, 1, 2, 3]);
    let attempts: u32 = lab.sim.events().iter().map(|event| event.attempts).sum();
    assert_eq!(attempts, 11);
}

#[tokio::test]
async fn an_unreachable_receiver_is_tried_again() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/", unused.local_addr().unwrap());
    drop(unused);
    let lab = Lab::with(OpenCxOptions { events_url: Some(closed), ..options() }).await;
    lab.sim.emit(event("a", 1));
    eventually("a failed attempt", || (lab.sim.events()[0].attempts > 0).then_some(())).await;
    let (receiver, url) = Receiver::start(&[]).await;
    lab.sim.set_events_url(Some(url));
    assert_eq!(numbers(&receiver, 1, "a").await, [1]);
}

#[tokio::test]
async fn a_rejected_event_is_not_tried_again() {
    let (lab, receiver) = lab(&[401], options()).await;
    lab.sim.emit(event("a", 1));
    lab.sim.emit(event("a", 2));
    assert_eq!(numbers(&receiver, 1, "a").await, [2]);
    let first = &lab.sim.events()[0];
    assert_eq!((&first.delivery, first.attempts), (&EventDelivery::Answered(401), 1));
}

#[tokio::test]
async fn every_nth_event_comes_twice_the_same() {
    let (lab, receiver) = lab(&[], OpenCxOptions { repeat_every: Some(2), ..options() }).await;
    for n in 1..=4 {
        lab.sim.emit(event("a", n));
    }
    assert_eq!(numbers(&receiver, 6, "a").await, [1, 2, 2, 3, 4, 4]);
}

#[tokio::test]
async fn without_an_address_events_are_only_recorded() {
    let lab = Lab::start().await;
    lab.sim.emit(event("a", 1));
    let delivery = eventually("a settled event", || {
        Some(lab.sim.events()[0].delivery.clone()).filter(|d| *d != EventDelivery::Pending)
    });
    assert_eq!(delivery.await, EventDelivery::NoReceiver);
}
