//! A proxy before the embedded table, which asks for the consumed capacity of each request and adds
//! it up.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bridge_local::aws::serve_table;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Requests of one operation, and the request units that they took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Operation {
    pub(crate) requests: usize,
    pub(crate) units: f64,
}

/// Requests by the operation's name and the kind of item.
pub(crate) type TableUsage = BTreeMap<(String, String), Operation>;

#[derive(Clone)]
pub(crate) struct TableMeter {
    url: String,
    table: String,
    http: reqwest::Client,
    usage: Arc<Mutex<TableUsage>>,
}

impl TableMeter {
    /// Starts a table and the proxy before it, on loopback.
    pub(crate) async fn start() -> Result<Self, Box<dyn Error>> {
        let table = serve_table(std::future::pending()).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        // Only the first in a process installs it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        let meter = Self { url, table, http, usage: Arc::default() };
        let router = Router::new().fallback(forward).with_state(meter.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(meter)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the usage since the last reset.
    pub(crate) fn reset(&self) -> TableUsage {
        std::mem::take(&mut *self.usage.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, operation: &str, request: &Value, answer: &Value) {
        let key = request.pointer("/Key/pk/S").or_else(|| request.pointer("/Item/pk/S"));
        let kind = key.and_then(Value::as_str).and_then(|key| key.split('#').next());
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (operation.to_owned(), kind.unwrap_or_default().to_owned());
        let entry = usage.entry(name).or_default();
        entry.requests += 1;
        // A refused condition takes a unit too, which an error does not tell.
        entry.units += units(&answer["ConsumedCapacity"]).unwrap_or(1.0);
    }
}

/// Reads the units of one table, or of each table of a transaction.
fn units(capacity: &Value) -> Option<f64> {
    match capacity {
        Value::Array(tables) => tables.iter().map(units).sum(),
        table => table["CapacityUnits"].as_f64(),
    }
}

async fn forward(State(meter): State<TableMeter>, headers: HeaderMap, body: Bytes) -> Response {
    match meter.forward(headers, &body).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

impl TableMeter {
    async fn forward(&self, headers: HeaderMap, body: &[u8]) -> Result<Response, Box<dyn Error>> {
        let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let mut request: Value = serde_json::from_slice(body)?;
        if operation != "CreateTable" {
            request["ReturnConsumedCapacity"] = json!("TOTAL");
        }
        let mut sent = self.http.post(&self.table).body(request.to_string());
        for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
            if let Some(value) = headers.get(name) {
                sent = sent.header(name, value);
            }
        }
        let answer = sent.send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        self.count(operation, &request, &serde_json::from_slice(&bytes)?);
        let json = [("content-type", "application/x-amz-json-1.0")];
        Ok((status, json, bytes).into_response())
    }
}
