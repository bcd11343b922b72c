//! A receiver of webhooks whose answers can be changed.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hubspot_sim::PortalOptions;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::support::Sim;

/// One webhook, as it arrived.
#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub raw: String,
    pub events: Vec<Value>,
}

/// The subscription that most tests listen to.
pub const NEW: &str = "conversation.newMessage";

/// A portal that sends its webhooks to a receiver.
pub async fn listening(options: PortalOptions) -> (Sim, Receiver) {
    let receiver = Receiver::start().await;
    let sim = Sim::with(PortalOptions { webhook_url: Some(receiver.url()), ..options }).await;
    (sim, receiver)
}

#[derive(Clone, Default)]
pub struct Receiver {
    url: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/demo", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let app = Router::new().route("/hooks/demo", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        receiver
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The next answers; 200 after them.
    pub fn answers(&self, statuses: &[u16]) {
        *self.answers.lock().unwrap() = statuses.iter().rev().copied().collect();
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// All events so far of one subscription.
    pub fn events(&self, subscription: &str) -> Vec<Value> {
        let all = self.received().into_iter().flat_map(|one| one.events);
        all.filter(|event| event["subscriptionType"] == subscription).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let raw = String::from_utf8(body.to_vec()).unwrap();
    let events = serde_json::from_str(&raw).unwrap();
    receiver.received.lock().unwrap().push(Received { headers, raw, events });
    let status = receiver.answers.lock().unwrap().pop().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}
