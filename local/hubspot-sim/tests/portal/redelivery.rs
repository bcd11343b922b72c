//! When a webhook comes again, and when it does not.

use hubspot_sim::PortalOptions;
use serde_json::Value;

use crate::receiver::{NEW, Receiver, listening};
use crate::support::{Sim, options, until};

#[tokio::test]
async fn a_failed_delivery_comes_again_with_the_same_event() {
    let (sim, receiver) = listening(options()).await;
    receiver.answers(&[503, 429, 500]);
    sim.mail("one");
    until(|| sim.portal.deliveries().len() == 4).await;
    let events = receiver.events(NEW);
    let attempts: Vec<&Value> = events.iter().map(|event| &event["attemptNumber"]).collect();
    assert_eq!(attempts, [0, 1, 2, 3]);
    assert!(events.iter().all(|event| event["eventId"] == events[0]["eventId"]));
    let statuses: Vec<_> = sim.portal.deliveries().iter().map(|one| one.status).collect();
    assert_eq!(statuses, [Some(503), Some(429), Some(500), Some(200)]);
}

#[tokio::test]
async fn a_refused_delivery_never_comes_again() {
    let (sim, receiver) = listening(options()).await;
    receiver.answers(&[401]);
    let mail = sim.mail("one");
    until(|| sim.portal.deliveries().len() == 1).await;
    sim.portal.rep_replies(&mail.thread, 222, "two", None).unwrap();
    until(|| sim.portal.deliveries().len() == 2).await;
    assert_eq!(receiver.events(NEW).len(), 2, "each message once");
}

#[tokio::test]
async fn an_unreachable_receiver_is_tried_again_at_its_new_place() {
    let closed = Receiver::start().await;
    let settings =
        PortalOptions { webhook_url: Some("http://127.0.0.1:9/".to_owned()), ..options() };
    let sim = Sim::with(settings).await;
    sim.mail("one");
    until(|| !sim.portal.deliveries().is_empty()).await;
    assert_eq!(sim.portal.deliveries()[0].status, None);
    sim.portal.set_webhook_url(Some(closed.url()));
    until(|| closed.events(NEW).len() == 1).await;
}

#[tokio::test]
async fn every_nth_delivery_is_sent_twice_if_wished() {
    let (sim, receiver) = listening(PortalOptions { repeat_every: Some(2), ..options() }).await;
    let mail = sim.mail("one");
    until(|| receiver.received().len() == 1).await;
    sim.portal.rep_replies(&mail.thread, 222, "two", None).unwrap();
    until(|| sim.portal.deliveries().len() == 3).await;
    let second: Vec<Value> = receiver.events(NEW).into_iter().skip(1).collect();
    assert_eq!(second.len(), 2);
    assert_eq!(second[0], second[1]);
    assert_eq!(sim.portal.deliveries().iter().filter(|one| one.repeat).count(), 1);
}
