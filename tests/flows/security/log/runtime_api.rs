//! A stand-in of Lambda's runtime API: hands out invocations, and takes the answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tests::seen;

#[derive(Clone)]
pub(super) struct RuntimeApi {
    address: String,
    state: Arc<Mutex<Invocations>>,
}

#[derive(Default)]
struct Invocations {
    left: VecDeque<String>,
    total: usize,
    answers: Vec<Value>,
}

impl RuntimeApi {
    pub(super) async fn start(invocations: Vec<String>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let total = invocations.len();
        let invocations = Invocations { left: invocations.into(), total, ..Default::default() };
        let address = listener.local_addr().unwrap().to_string();
        let api = Self { address, state: Arc::new(Mutex::new(invocations)) };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{answer}", post(answer))
            .with_state(api.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        api
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Waits until all invocations are answered.
    pub(super) async fn answers(&self) -> Vec<Value> {
        seen("an answer to each invocation", || {
            let state = self.state.lock().unwrap();
            (state.answers.len() == state.total).then(|| state.answers.clone())
        })
        .await
    }
}

async fn next(State(api): State<RuntimeApi>) -> Response {
    let invocation = api.state.lock().unwrap().left.pop_front();
    let Some(invocation) = invocation else { return std::future::pending().await };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "9999999999999"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:1:function:x"),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1"),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    (headers, invocation).into_response()
}

async fn answer(
    State(api): State<RuntimeApi>,
    Path((_id, _kind)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    api.state.lock().unwrap().answers.push(serde_json::from_str(&body).unwrap_or_default());
    StatusCode::ACCEPTED
}
