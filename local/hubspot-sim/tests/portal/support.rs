//! A portal with a client for its API.

use std::time::Duration;

use hubspot_sim::{CustomerMessage, MessageRef, Portal, PortalOptions, Token};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

pub const TOKEN: &str = "pat-test";

const SCOPES: [&str; 13] = [
    "conversations.read",
    "conversations.write",
    "tickets",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.deals.read",
    "crm.objects.deals.write",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "oauth",
];

/// A running portal and somebody who calls it.
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
    /// The problem that a validation error lists first.
    pub fn problem(&self) -> Value {
        let message = self.body["message"].as_str().unwrap();
        let listed = message.strip_prefix("Property values were not valid: ").unwrap();
        serde_json::from_str::<Value>(listed).unwrap()[0].clone()
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }
}

pub fn options() -> PortalOptions {
    let scopes = SCOPES.map(str::to_owned).to_vec();
    let token = Token { token: TOKEN.to_owned(), scopes, app_id: None };
    PortalOptions {
        tokens: vec![token],
        search_lag: Duration::ZERO,
        batch_wait: Duration::from_millis(5),
        retry_base: Duration::from_millis(10),
        ..PortalOptions::default()
    }
}

impl Sim {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    pub async fn with(options: PortalOptions) -> Self {
        let portal = Portal::start(options).await.unwrap();
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        Self { portal, http }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let url = format!("{}{path}", self.portal.url());
        let request = self.http.request(method, url).bearer_auth(TOKEN);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let response = self.send(method, path, body).await;
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Creates an object through the API.
    pub async fn create(&self, kind: &str, properties: Value) -> Answer {
        let body = json!({"properties": properties});
        self.post(&format!("/crm/v3/objects/{kind}"), body).await
    }

    /// A mail of a customer that opens a thread.
    pub fn mail(&self, text: &str) -> MessageRef {
        let message = CustomerMessage {
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@example.com".to_owned()),
            subject: Some("Help".to_owned()),
            text: text.to_owned(),
            ..CustomerMessage::default()
        };
        self.portal.customer_writes(message).unwrap()
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
