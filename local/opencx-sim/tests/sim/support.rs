//! A running simulator with a client, and a receiver of events.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use opencx_sim::{Contact, ContactMessage, OpenCxOptions, OpenCxSim, SessionView};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// A simulator whose AI answers at once, and a client.
pub(crate) struct Lab {
    pub(crate) sim: OpenCxSim,
    pub(crate) http: Client,
}

pub(crate) fn options() -> OpenCxOptions {
    OpenCxOptions { ai_delay: Duration::ZERO, ..OpenCxOptions::default() }
}

impl Lab {
    pub(crate) async fn start() -> Lab {
        Self::with(options()).await
    }

    pub(crate) async fn with(options: OpenCxOptions) -> Lab {
        let sim = OpenCxSim::start(options).await.unwrap();
        Lab { sim, http: Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sim.url());
        self.http.request(method, url).bearer_auth("opencx-demo-key")
    }

    /// Returns status and JSON of the answer; `Null` for an empty one.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Opens a session through the API for ada@acme.com, on email, and returns its path.
    pub(crate) async fn open(&self) -> String {
        let body = json!({ "channel": { "type": "email" },
            "contact": { "email": "ada@acme.com", "name": "Ada" } });
        let (status, answer) = self.post("/chat/sessions", body).await;
        assert_eq!(status, 201, "{answer}");
        format!("/chat/sessions/{}", answer["id"].as_str().unwrap())
    }

    /// Sends a message of the contact.
    pub(crate) async fn write(&self, path: &str, text: &str) -> (u16, Value) {
        self.post(&format!("{path}/send"), message("contact", text)).await
    }

    pub(crate) fn view(&self, path: &str) -> SessionView {
        self.sim.session(path.trim_start_matches("/chat/sessions/")).unwrap()
    }

    /// Returns the data of the events with this name so far.
    pub(crate) fn announced(&self, name: &str) -> Vec<Value> {
        let events = self.sim.events().into_iter().map(|event| event.body);
        events.filter(|body| body["event"] == name).map(|body| body["data"].clone()).collect()
    }

    /// Waits for the first event with this name and returns its data.
    pub(crate) async fn event(&self, name: &str) -> Value {
        eventually(name, || self.announced(name).into_iter().next()).await
    }
}

pub(crate) fn message(sender: &str, text: &str) -> Value {
    json!({ "sender": sender, "message": { "type": "text", "text": text } })
}

pub(crate) fn ada(text: &str) -> ContactMessage {
    let contact = Contact {
        name: Some("Ada".into()),
        email: Some("ada@acme.com".into()),
        phone_number: Some("+49 30 123-456".into()),
        ..Contact::default()
    };
    ContactMessage { contact, text: text.into(), ..ContactMessage::default() }
}

pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

/// Waits until `find` finds something.
pub(crate) async fn eventually<T>(expected: &str, find: impl Fn() -> Option<T>) -> T {
    for _ in 0..2000 {
        if let Some(found) = find() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not seen within ten seconds: {expected}");
}

/// A receiver of events: it answers with given statuses, then 200, and keeps what it accepted.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    accepted: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Receiver {
    /// Starts one; returns it with its address.
    pub(crate) async fn start(statuses: &[u16]) -> (Receiver, String) {
        let receiver = Receiver::default();
        receiver.statuses.lock().unwrap().extend(statuses);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let routes = Router::new().route("/events", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (receiver, url)
    }

    /// Waits for `n` accepted events.
    pub(crate) async fn wait_for(&self, n: usize) -> Vec<(HeaderMap, Value)> {
        let accepted = || self.accepted.lock().unwrap().clone();
        eventually("events", || Some(accepted()).filter(|events| events.len() >= n)).await
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    Json(event): Json<Value>,
) -> StatusCode {
    let status = receiver.statuses.lock().unwrap().pop_front().unwrap_or(200);
    if status < 300 {
        receiver.accepted.lock().unwrap().push((headers, event));
    }
    StatusCode::from_u16(status).unwrap()
}
