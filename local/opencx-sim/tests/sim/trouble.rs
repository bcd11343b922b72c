//! Trouble: what the caller sees, and what has happened nevertheless.

use crate::support::{Lab, eventually, message};
use opencx_sim::{Fault, FaultKind, Moment};
use reqwest::{Error, Method, Response};
use std::sync::mpsc;
use std::time::Duration;

fn sending(kind: FaultKind) -> Fault {
    Fault { method: Some("POST".into()), path_contains: "/send".into(), times: 1, kind }
}

/// What a caller with so much patience gets for a message.
async fn send(lab: &Lab, path: &str, patience: Duration) -> Result<Response, Error> {
    let request = lab.request(Method::POST, &format!("{path}/send"));
    request.timeout(patience).json(&message("agent", "Hello")).send().await
}

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(150);

fn messages(lab: &Lab, path: &str) -> usize {
    lab.view(path).history.len()
}

#[tokio::test]
async fn an_ordered_status_has_no_effect_and_says_when_to_come_back() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.fail(sending(FaultKind::Status(429, Some(7))));
    let answer = send(&lab, &path, LONG).await.unwrap();
    assert_eq!((answer.status().as_u16(), messages(&lab, &path)), (429, 0));
    assert_eq!(answer.headers()["retry-after"], "7");
    let answer = send(&lab, &path, LONG).await.unwrap();
    assert_eq!((answer.status().as_u16(), messages(&lab, &path)), (201, 1), "once is once");
}

#[tokio::test]
async fn a_dropped_connection_comes_before_or_after_the_effect() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.fail(sending(FaultKind::DropBeforeEffect));
    let error = send(&lab, &path, LONG).await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert_eq!(messages(&lab, &path), 0);
    lab.sim.fail(sending(FaultKind::DropAfterEffect));
    let error = send(&lab, &path, LONG).await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert_eq!(messages(&lab, &path), 1);
    assert_eq!(lab.get(&path).await.0, 200, "the next call has a new connection");
}

#[tokio::test]
async fn a_hanging_call_ends_without_effect_when_the_caller_leaves() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.fail(sending(FaultKind::HangBeforeEffect(Duration::from_millis(400))));
    assert!(send(&lab, &path, SHORT).await.unwrap_err().is_timeout());
    // The hang would be over by the end of a second one that the caller sits out.
    lab.sim.fail(Fault {
        method: None,
        path_contains: String::new(),
        times: 1,
        kind: FaultKind::HangBeforeEffect(Duration::from_millis(500)),
    });
    assert_eq!(lab.get(&path).await.0, 200);
    assert!(lab.view(&path).history.is_empty());
    let hung = lab.sim.calls().into_iter().find(|call| call.path.ends_with("/send"));
    assert_eq!(hung.unwrap().status, None);
}

#[tokio::test]
async fn a_late_answer_does_not_undo_the_effect() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.fail(sending(FaultKind::HangAfterEffect(Duration::from_secs(30))));
    assert!(send(&lab, &path, SHORT).await.unwrap_err().is_timeout());
    eventually("the message", || (messages(&lab, &path) == 1).then_some(())).await;
}

#[tokio::test]
async fn a_malformed_answer_has_the_right_status_and_no_json() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.fail(sending(FaultKind::Malformed));
    let answer = send(&lab, &path, LONG).await.unwrap();
    assert_eq!((answer.status().as_u16(), messages(&lab, &path)), (201, 1));
    assert!(answer.json::<serde_json::Value>().await.is_err());
}

#[tokio::test]
async fn down_is_down_until_it_is_up() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.set_down(true);
    assert_eq!(lab.get(&path).await.0, 503);
    lab.sim.set_down(false);
    assert_eq!(lab.get(&path).await.0, 200);
    lab.sim.fail(sending(FaultKind::Status(500, None)));
    lab.sim.clear_faults();
    assert_eq!(lab.write(&path, "Hello").await.0, 201);
}

#[tokio::test]
async fn the_hook_sees_each_call_before_and_after_its_effect() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let (tell, told) = mpsc::channel();
    let (sim, id) = (lab.sim.clone(), lab.view(&path).id);
    lab.sim.on_call(move |call, moment| {
        let messages = sim.session(&id).unwrap().history.len();
        tell.send((moment, call.status, messages)).unwrap();
    });
    lab.post(&format!("{path}/send"), message("agent", "Hello")).await;
    let told: Vec<_> = told.try_iter().collect();
    let expected = [(Moment::BeforeEffect, None, 0), (Moment::AfterEffect, Some(201), 1)];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_stopped_server_refuses_connections_and_can_still_be_looked_at() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.sim.stop().await;
    let error = lab.request(Method::GET, &path).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(lab.sim.sessions().len(), 1);
}

#[tokio::test]
async fn calls_are_logged_with_what_they_brought() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.get(&format!("{path}/history?cursor=x")).await;
    let [opened, paged] = &lab.sim.calls()[..] else { panic!("two calls") };
    assert_eq!((opened.method.as_str(), opened.status), ("POST", Some(201)));
    assert_eq!(opened.body.as_ref().unwrap()["channel"]["type"], "email");
    assert_eq!((paged.query.as_deref(), paged.status), (Some("cursor=x"), Some(400)));
    lab.sim.reset_calls();
    assert!(lab.sim.calls().is_empty());
}
