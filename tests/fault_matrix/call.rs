//! The calls that a function makes to the outside, and what they are called here.

use std::fmt;

use axum::http::request::Parts;
use serde_json::Value;

/// The services that a function calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Table,
    Queue,
    HubSpot,
    OpenCx,
}

impl Service {
    pub const ALL: [Self; 4] = [Self::Table, Self::Queue, Self::HubSpot, Self::OpenCx];

    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Queue => "queue",
            Self::HubSpot => "HubSpot",
            Self::OpenCx => "OpenCX",
        }
    }

    /// Returns whether it is a vendor's, and not one of AWS.
    pub fn is_vendor(self) -> bool {
        matches!(self, Self::HubSpot | Self::OpenCx)
    }
}

/// The operation that asks how many messages wait on a queue. All queues are asked at once, so
/// that the order is none: such calls are known by their number.
const COUNT: &str = "GetQueueAttributes";

/// A call, by its place in a delivery: the same in each run of the same case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// In which delivery of the run, from 0.
    pub delivery: usize,
    pub service: Service,
    pub name: String,
    /// Which of the delivery's calls with this name, from 1.
    pub nth: usize,
}

impl Call {
    /// Returns whether it may be left out: a share of the rate limit and what was read of a
    /// circuit breaker last for some seconds, so that another one is taken or read, or not.
    pub fn is_by_chance(&self) -> bool {
        let is_cached = self.name.contains(" BUDGET ") || self.name.contains(" BREAKER ");
        self.service == Service::Table && is_cached
    }

    /// Returns whether it asks how many messages wait on a queue: as many calls as queues.
    pub fn counts_a_queue(&self) -> bool {
        self.service == Service::Queue && self.name == COUNT
    }

    /// Returns its kind, wherever it is made.
    pub fn kind(&self) -> (Service, String) {
        (self.service, self.name.clone())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service.name(), self.name)?;
        if self.nth > 1 {
            write!(f, " no. {}", self.nth)?;
        }
        if self.delivery > 0 { write!(f, " in delivery {}", self.delivery + 1) } else { Ok(()) }
    }
}

/// Names a call: its operation and what it is about, without ids.
pub fn name(service: Service, head: &Parts, body: &[u8]) -> String {
    let operation = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match (service, operation.and_then(|target| target.rsplit('.').next())) {
        (Service::Table, Some(operation)) => format!("{operation} {}", item(&body)),
        (Service::Queue, Some(COUNT)) => COUNT.to_owned(),
        (Service::Queue, Some(operation)) => {
            let queue = body["QueueUrl"].as_str().unwrap_or_default();
            format!("{operation} {}", queue.rsplit('/').next().unwrap_or_default())
        }
        _ => format!("{} {}", head.method, path(head.uri.path())),
    }
}

/// The kind of an item, or the index that is asked.
fn item(body: &Value) -> String {
    let key = |name: &str| body["Key"][name]["S"].as_str().unwrap_or_default();
    match (key("pk").split('#').next().unwrap_or_default(), key("sk")) {
        ("", _) => body["IndexName"].as_str().unwrap_or("?").to_owned(),
        (kind, sk) => format!("{kind} {}", sk.split('#').next().unwrap_or_default()),
    }
}

/// A path without its ids: what has a digit in it, but for versions (`v3`, `2026-09`).
fn path(path: &str) -> String {
    let is_version = |part: &str| part.len() < 3 || (part.len() == 7 && part.contains('-'));
    let is_id = |part: &str| part.contains(|c: char| c.is_ascii_digit()) && !is_version(part);
    let parts = path.split('/').map(|part| if is_id(part) { "…" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
