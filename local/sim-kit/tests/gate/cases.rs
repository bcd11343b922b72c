//! The gate in front of a simulator that counts: log, authentication, faults and observer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use sim_kit::{
    Answer, Call, Fault, FaultKind, Moment, Server, Simulator, Traffic, control, gate, http_client,
};

/// Counts the calls that had an effect.
#[derive(Clone)]
struct Counter(Arc<Inner>);

struct Inner {
    server: Server,
    traffic: Traffic,
    count: AtomicUsize,
}

impl Simulator for Counter {
    type Caller = String;
    type Error = (StatusCode, Json<Value>);

    fn traffic(&self) -> &Traffic {
        &self.0.traffic
    }

    fn error(&self, status: StatusCode) -> Self::Error {
        (status, Json(json!({"error": "refused"})))
    }

    fn authenticate(&self, call: &Call) -> Result<String, Self::Error> {
        call.token.clone().ok_or_else(|| self.error(StatusCode::UNAUTHORIZED))
    }

    fn authorize(&self, caller: &String, _call: &Call) -> Result<(), Self::Error> {
        if caller == "token" { Ok(()) } else { Err(self.error(StatusCode::FORBIDDEN)) }
    }
}

impl Counter {
    async fn start() -> Self {
        let server = Server::bind(0).await.unwrap();
        let counter = Self(Arc::new(Inner {
            server,
            traffic: Traffic::default(),
            count: AtomicUsize::new(0),
        }));
        let api = Router::new()
            .route("/things", post(count))
            .layer(from_fn_with_state(counter.clone(), gate::<Self>));
        let routes = Router::new().nest("/sim", control::routes()).merge(api);
        counter.0.server.serve(routes.with_state(counter.clone()));
        counter
    }

    fn count(&self) -> usize {
        self.0.count.load(Ordering::SeqCst)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.server.url())
    }

    /// Posts a thing; `None` when no answer comes within a second.
    async fn post(&self) -> Option<(u16, String)> {
        let client = http_client(Duration::from_secs(1)).unwrap();
        let call = client.post(self.url("/things?a=b")).bearer_auth("token").json(&json!({}));
        let answer = call.send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    async fn control(&self, method: &str, path: &str, body: &Value) -> u16 {
        let client = http_client(Duration::from_secs(1)).unwrap();
        let method = method.parse().unwrap();
        let call = client.request(method, self.url(path)).body(body.to_string());
        call.send().await.unwrap().status().as_u16()
    }
}

async fn count(State(counter): State<Counter>) -> (StatusCode, Json<Value>) {
    let count = counter.0.count.fetch_add(1, Ordering::SeqCst) + 1;
    (StatusCode::CREATED, Json(json!({"count": count})))
}

fn fault(kind: FaultKind) -> Fault {
    Fault { method: Some("POST".to_owned()), path_contains: "/things".to_owned(), times: 1, kind }
}

#[tokio::test]
async fn a_fault_applies_once_before_or_after_the_effect() {
    let minute = Duration::from_mins(1);
    let (refused, served) = (r#"{"error":"refused"}"#, r#"{"count":1}"#);
    let teapot = Answer { status: 418, headers: BTreeMap::new(), body: json!("short") };
    let page = "<html><body>upstream connect error</body></html>";
    let cases = [
        (FaultKind::Status { status: 502, retry_after: None }, Some((502, refused)), 0),
        (FaultKind::Answer(teapot), Some((418, r#""short""#)), 0),
        (FaultKind::HangBeforeEffect(minute), None, 0),
        (FaultKind::HangAfterEffect(minute), None, 1),
        (FaultKind::HangAfterEffect(Duration::ZERO), Some((201, served)), 1),
        (FaultKind::DropBeforeEffect, None, 0),
        (FaultKind::DropAfterEffect, None, 1),
        (FaultKind::Malformed, Some((201, page)), 1),
        (FaultKind::Truncated, Some((201, r#"{"cou"#)), 1),
        (FaultKind::Empty, Some((201, "")), 1),
    ];
    for (kind, expected, effects) in cases {
        let counter = Counter::start().await;
        counter.traffic().fail(fault(kind.clone()));
        let expected = expected.map(|(status, body)| (status, body.to_owned()));
        assert_eq!(counter.post().await, expected, "{kind:?}");
        assert_eq!(counter.count(), effects, "{kind:?}");
        assert_eq!(counter.post().await.unwrap().0, 201, "after {kind:?}");
    }
}

#[tokio::test]
async fn a_fault_may_name_the_time_to_wait() {
    let counter = Counter::start().await;
    counter.traffic().fail(fault(FaultKind::Status { status: 429, retry_after: Some(7) }));
    let date = "Fri, 27 Nov 2026 21:00:00 GMT".to_owned();
    let headers = BTreeMap::from([("retry-after".to_owned(), date.clone())]);
    counter.traffic().fail(fault(FaultKind::Answer(Answer {
        status: 503,
        headers,
        body: json!({}),
    })));
    let client = http_client(Duration::from_secs(1)).unwrap();
    for (status, wait) in [(429, "7"), (503, date.as_str())] {
        let call = client.post(counter.url("/things")).bearer_auth("token");
        let answer = call.send().await.unwrap();
        let named = answer.headers()["retry-after"].to_str().unwrap();
        assert_eq!((answer.status().as_u16(), named), (status, wait));
    }
}

#[tokio::test]
async fn control_routes_schedule_faults_and_outages() {
    let counter = Counter::start().await;
    let fault = json!({"path_contains": "/things", "times": 5,
        "kind": {"status": {"status": 500}}});
    assert_eq!(counter.control("POST", "/sim/faults", &fault).await, 204);
    assert_eq!(counter.post().await.unwrap().0, 500);
    assert_eq!(counter.control("DELETE", "/sim/faults", &Value::Null).await, 204);
    assert_eq!(counter.post().await.unwrap().0, 201);
    assert_eq!(counter.control("PUT", "/sim/down", &json!(true)).await, 204);
    assert_eq!(counter.post().await.unwrap().0, 503);
    assert_eq!(counter.control("PUT", "/sim/down", &json!(false)).await, 204);
    assert_eq!(counter.post().await.unwrap().0, 201);
    let unknown = json!({"path_contains": "", "times": 1, "kind": "explode"});
    assert_eq!(counter.control("POST", "/sim/faults", &unknown).await, 400);
    assert_eq!(counter.control("GET", "/sim/calls", &Value::Null).await, 200);
    assert_eq!(counter.control("DELETE", "/sim/calls", &Value::Null).await, 204);
    assert!(counter.traffic().calls().is_empty());
    assert_eq!(counter.control("GET", "/sim/nothing", &Value::Null).await, 404);
}

#[tokio::test]
async fn the_log_holds_every_call_and_its_status() {
    let counter = Counter::start().await;
    let client = http_client(Duration::from_secs(1)).unwrap();
    assert_eq!(client.post(counter.url("/things")).send().await.unwrap().status(), 401);
    let stranger = client.post(counter.url("/things")).bearer_auth("other").send().await.unwrap();
    assert_eq!(stranger.status(), 403);
    counter.post().await;
    counter.traffic().fail(fault(FaultKind::DropAfterEffect));
    counter.traffic().fail(fault(FaultKind::DropBeforeEffect));
    counter.post().await;
    counter.post().await;
    let calls = counter.traffic().calls();
    let statuses: Vec<Option<u16>> = calls.iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(401), Some(403), Some(201), Some(201), None]);
    let call = &calls[2];
    assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/things"));
    assert_eq!((call.query.as_str(), call.token.as_deref()), ("a=b", Some("token")));
    assert_eq!(call.body, Some(json!({})));
}

#[tokio::test]
async fn the_observer_is_called_before_and_after_the_effect() {
    let counter = Counter::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (observed, log) = (counter.clone(), Arc::clone(&seen));
    counter.traffic().observe(move |call, moment| {
        log.lock().unwrap().push((moment, call.status, observed.count()));
    });
    counter.post().await;
    counter.traffic().clear_observer();
    counter.post().await;
    let expected = [(Moment::BeforeEffect, None, 0), (Moment::AfterEffect, Some(201), 1)];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_stopped_server_takes_no_calls() {
    let counter = Counter::start().await;
    assert!(counter.post().await.is_some());
    counter.0.server.stop().await;
    counter.0.server.stop().await;
    assert_eq!(counter.post().await, None);
}
