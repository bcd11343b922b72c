//! A running simulator with a client, and a receiver of events whose answers can be changed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use opencx_sim::{Contact, Customer, OpenCx, OpenCxOptions, SessionView};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A simulator whose AI does not dawdle, and its client.
pub(crate) struct Lab {
    pub(crate) sim: OpenCx,
    pub(crate) http: Client,
}

pub(crate) fn quick() -> OpenCxOptions {
    OpenCxOptions { ai_delay: Duration::ZERO, ..OpenCxOptions::default() }
}

impl Lab {
    pub(crate) async fn new() -> Lab {
        Self::with(quick()).await
    }

    pub(crate) async fn with(options: OpenCxOptions) -> Lab {
        let sim = OpenCx::start(options).await.unwrap();
        Lab { sim, http: Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sim.url());
        self.http.request(method, url).bearer_auth("opencx-demo-key")
    }

    /// Status and JSON of the answer; `Null` for an empty one.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    /// The path of a session opened through the API for ada@acme.com, on mail.
    pub(crate) async fn open(&self) -> String {
        let body = json!({ "channel": { "type": "email" },
            "contact": { "email": "ada@acme.com", "name": "Ada" } });
        let (status, answer) = self.post("/chat/sessions", body).await;
        assert_eq!(status, 201, "{answer}");
        format!("/chat/sessions/{}", answer["id"].as_str().unwrap())
    }

    /// The contact of the session at `path` writes.
    pub(crate) async fn write(&self, path: &str, text: &str) -> (u16, Value) {
        self.post(&format!("{path}/send"), message("contact", text)).await
    }

    pub(crate) fn view(&self, path: &str) -> SessionView {
        self.sim.session(path.trim_start_matches("/chat/sessions/")).unwrap()
    }

    /// The events with this name so far, their data.
    pub(crate) fn announced(&self, name: &str) -> Vec<Value> {
        let events = self.sim.events().into_iter().map(|event| event.body);
        events.filter(|body| body["event"] == name).map(|body| body["data"].clone()).collect()
    }

    /// The data of the first event with this name, once it is there.
    pub(crate) async fn event(&self, name: &str) -> Value {
        eventually(name, || self.announced(name).into_iter().next()).await
    }
}

pub(crate) fn message(sender: &str, text: &str) -> Value {
    json!({ "sender": sender, "message": { "type": "text", "text": text } })
}

pub(crate) fn ada(text: &str) -> Customer {
    let contact = Contact {
        name: Some("Ada".into()),
        email: Some("ada@acme.com".into()),
        phone_number: Some("+4930123456".into()),
        ..Contact::default()
    };
    Customer { contact, text: text.into(), ..Customer::default() }
}

pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

/// What `look` sees as soon as it sees something; `what` names it should that never be.
pub(crate) async fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..2000 {
        if let Some(seen) = look() {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("waited ten seconds for {what}");
}

/// A receiver of events: answers as told, then 200, and keeps what it accepted.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    answers: Arc<Mutex<VecDeque<u16>>>,
    accepted: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    /// The receiver and its address.
    pub(crate) async fn start(answers: &[u16]) -> (Receiver, String) {
        let receiver = Receiver::default();
        receiver.answers.lock().unwrap().extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let routes = Router::new().route("/events", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (receiver, url)
    }

    pub(crate) fn accepted(&self) -> Vec<Value> {
        self.accepted.lock().unwrap().clone()
    }

    /// What was accepted, once it is `n` events.
    pub(crate) async fn wait_for(&self, n: usize) -> Vec<Value> {
        eventually("events", || Some(self.accepted()).filter(|events| events.len() >= n)).await
    }
}

async fn take(State(receiver): State<Receiver>, Json(event): Json<Value>) -> StatusCode {
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    if status < 300 {
        receiver.accepted.lock().unwrap().push(event);
    }
    StatusCode::from_u16(status).unwrap()
}
