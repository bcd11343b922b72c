//! Events on their way to whoever listens.

use crate::support::{Lab, Receiver, ada, eventually, quick};
use opencx_sim::{Delivery, OpenCxOptions};
use serde_json::{Value, json};

fn event(session: &str, n: u32) -> Value {
    json!({ "event": "conversation.closed", "data": { "conversation_id": session, "n": n } })
}

fn numbers(events: &[Value], session: &str) -> Vec<u64> {
    let of_session = events.iter().filter(|e| e["data"]["conversation_id"] == session);
    of_session.map(|e| e["data"]["n"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_envelope_names_event_organisation_and_perhaps_an_id() {
    let (receiver, url) = Receiver::start(&[]).await;
    let options = OpenCxOptions { events_url: Some(url.clone()), event_ids: true, ..quick() };
    let lab = Lab::with(options).await;
    lab.sim.customer_writes(ada("Hello")).unwrap();
    let events = receiver.wait_for(2).await;
    assert_eq!(events[0]["event"], "conversation.started");
    assert_eq!(events[0]["organization_id"], "acme");
    assert!(events[0]["event_id"].is_string());
    assert_ne!(events[0]["event_id"], events[1]["event_id"]);
    let plain = Lab::with(OpenCxOptions { events_url: Some(url), ..quick() }).await;
    plain.sim.customer_writes(ada("Hello")).unwrap();
    assert!(receiver.wait_for(3).await[2].get("event_id").is_none());
}

#[tokio::test]
async fn trouble_at_the_receiver_delays_events_but_keeps_their_order() {
    let (receiver, url) = Receiver::start(&[503, 500, 502]).await;
    let lab = Lab::with(OpenCxOptions { events_url: Some(url), ..quick() }).await;
    for n in 0..4 {
        lab.sim.emit(event("a", n));
        lab.sim.emit(event("b", n));
    }
    let events = receiver.wait_for(8).await;
    assert_eq!(numbers(&events, "a"), [0, 1, 2, 3]);
    assert_eq!(numbers(&events, "b"), [0, 1, 2, 3]);
    let attempts: u32 = lab.sim.events().iter().map(|event| event.attempts).sum();
    assert_eq!(attempts, 11);
}

#[tokio::test]
async fn nobody_listening_yet_is_tried_again() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/", unused.local_addr().unwrap());
    drop(unused);
    let lab = Lab::with(OpenCxOptions { events_url: Some(closed), ..quick() }).await;
    lab.sim.emit(event("a", 1));
    eventually("a failed attempt", || (lab.sim.events()[0].attempts > 0).then_some(())).await;
    let (receiver, url) = Receiver::start(&[]).await;
    lab.sim.set_events_url(Some(url));
    assert_eq!(numbers(&receiver.wait_for(1).await, "a"), [1]);
}

#[tokio::test]
async fn a_refused_event_is_not_tried_again() {
    let (receiver, url) = Receiver::start(&[401]).await;
    let lab = Lab::with(OpenCxOptions { events_url: Some(url), ..quick() }).await;
    lab.sim.emit(event("a", 1));
    lab.sim.emit(event("a", 2));
    assert_eq!(numbers(&receiver.wait_for(1).await, "a"), [2]);
    let first = &lab.sim.events()[0];
    assert_eq!((&first.delivery, first.attempts), (&Delivery::Answered(401), 1));
}

#[tokio::test]
async fn every_nth_event_comes_twice_the_same() {
    let (receiver, url) = Receiver::start(&[]).await;
    let options = OpenCxOptions { events_url: Some(url), repeat_every: Some(2), ..quick() };
    let lab = Lab::with(options).await;
    for n in 1..=4 {
        lab.sim.emit(event("a", n));
    }
    assert_eq!(numbers(&receiver.wait_for(6).await, "a"), [1, 2, 2, 3, 4, 4]);
}

#[tokio::test]
async fn without_an_address_events_are_only_recorded() {
    let lab = Lab::new().await;
    lab.sim.emit(event("a", 1));
    let delivery = eventually("a settled event", || {
        Some(lab.sim.events()[0].delivery.clone()).filter(|d| *d != Delivery::Pending)
    });
    assert_eq!(delivery.await, Delivery::NowhereToGo);
}
