//! A portal with a client for its API.

use std::time::Duration;

use hubspot_sim::{CustomerMessage, MessageRef, Portal, PortalOptions};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

/// The demo portal's token for conversations and tickets.
pub const TOKEN: &str = "pat-na1-demo-support";

/// A running portal and a caller of its API.
pub struct Sim {
    pub portal: Portal,
    pub http: Client,
}

/// An answer of the API.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// Returns the problem that a validation error lists first.
    pub fn problem(&self) -> Value {
        let listed = self.message().strip_prefix("Property values were not valid: ").unwrap();
        serde_json::from_str::<Value>(listed).unwrap()[0].clone()
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }
}

impl Sim {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut PortalOptions)) -> Self {
        let mut options = PortalOptions {
            search_lag: Duration::ZERO,
            batch_wait: Duration::from_millis(5),
            retry_base: Duration::from_millis(10),
            ..PortalOptions::default()
        };
        change(&mut options);
        let portal = Portal::start(options).await.unwrap();
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        Self { portal, http }
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Response {
        let url = format!("{}{path}", self.portal.url());
        let request = self.http.request(method.parse::<Method>().unwrap(), url);
        let request = if body.is_null() { request } else { request.json(body) };
        request.bearer_auth(TOKEN).send().await.unwrap()
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let response = self.send(method, path, &body).await;
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    /// Creates an object through the API.
    pub async fn create(&self, kind: &str, properties: Value) -> Answer {
        self.post(&format!("/crm/v3/objects/{kind}"), json!({"properties": properties})).await
    }

    /// Lets Ada open a thread by mail.
    pub fn mail(&self, text: &str) -> MessageRef {
        self.portal.customer_writes(ada(text)).unwrap()
    }
}

/// Makes a mail of Ada's.
pub fn ada(text: &str) -> CustomerMessage {
    CustomerMessage {
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.com".to_owned()),
        subject: Some("Help".to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    }
}

/// Waits until a condition holds, at most five seconds.
pub async fn until(condition: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the condition did not come to hold");
}
