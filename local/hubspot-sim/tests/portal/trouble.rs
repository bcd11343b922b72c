//! Ordered trouble: whether the effect is there, and what the caller sees.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hubspot_sim::{Fault, FaultKind, Moment};
use serde_json::json;

use crate::support::{Sim, TOKEN};

fn fault(kind: FaultKind) -> Fault {
    let method = Some("POST".to_owned());
    Fault { method, path_contains: "/objects/contacts".to_owned(), times: 1, kind }
}

/// Posts a contact and returns the status, or `None` when no answer came.
async fn post(sim: &Sim, time: Duration) -> Option<u16> {
    let url = format!("{}/crm/v3/objects/contacts", sim.portal.url());
    let request = sim.http.post(url).bearer_auth(TOKEN).timeout(time);
    let body = json!({"properties": {"email": "a@b.org"}});
    request.json(&body).send().await.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn trouble_strikes_once_before_or_after_the_effect() {
    let second = Duration::from_secs(1);
    let cases = [
        (FaultKind::Status { status: 502, retry_after: None }, Some(502), 0),
        (FaultKind::DropBeforeEffect, None, 0),
        (FaultKind::DropAfterEffect, None, 1),
        (FaultKind::HangBeforeEffect(Duration::from_mins(1)), None, 0),
        (FaultKind::HangAfterEffect(Duration::from_mins(1)), None, 1),
        (FaultKind::Malformed, Some(201), 1),
    ];
    for (kind, status, contacts) in cases {
        let sim = Sim::start().await;
        sim.portal.fail(fault(kind));
        assert_eq!(post(&sim, second).await, status, "{kind:?}");
        assert_eq!(sim.portal.contacts().len(), contacts, "{kind:?}");
        let again = if contacts == 0 { 201 } else { 409 };
        assert_eq!(post(&sim, second).await, Some(again), "after {kind:?}");
    }
}

#[tokio::test]
async fn a_throttled_answer_may_tell_how_long_to_wait() {
    let sim = Sim::start().await;
    sim.portal.fail(fault(FaultKind::Status { status: 429, retry_after: Some(7) }));
    let path = "/crm/v3/objects/contacts";
    let answer = sim.send(reqwest::Method::POST, path, Some(json!({}))).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(body["policyName"], "TEN_SECONDLY_ROLLING");
}

#[tokio::test]
async fn only_matching_calls_fail_and_orders_can_be_taken_back() {
    let sim = Sim::start().await;
    let order = Fault { times: 5, ..fault(FaultKind::Status { status: 500, retry_after: None }) };
    sim.portal.fail(order);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
    assert_eq!(sim.create("companies", json!({"name": "A"})).await.status, 201);
    assert_eq!(sim.create("contacts", json!({"email": "a@b.org"})).await.status, 500);
    sim.portal.clear_faults();
    assert_eq!(sim.create("contacts", json!({"email": "a@b.org"})).await.status, 201);
}

#[tokio::test]
async fn a_portal_that_is_down_answers_nothing_else() {
    let sim = Sim::start().await;
    sim.portal.set_down(true);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 503);
    sim.portal.set_down(false);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
}

#[tokio::test]
async fn a_hook_sees_the_moment_before_and_after_the_effect() {
    let sim = Sim::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (portal, log) = (sim.portal.clone(), Arc::clone(&seen));
    sim.portal.on_call(move |call| {
        let contacts = portal.contacts().len();
        log.lock().unwrap().push((call.moment, call.status, contacts));
    });
    assert_eq!(post(&sim, Duration::from_secs(1)).await, Some(201));
    sim.portal.clear_hook();
    sim.get("/crm/v3/objects/contacts").await;
    let expected = [(Moment::BeforeEffect, None, 0), (Moment::AfterEffect, Some(201), 1)];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_stopped_portal_takes_no_calls() {
    let sim = Sim::start().await;
    assert_eq!(post(&sim, Duration::from_secs(1)).await, Some(201));
    sim.portal.stop().await;
    sim.portal.stop().await;
    assert_eq!(post(&sim, Duration::from_secs(1)).await, None);
}
