//! The log of calls to a simulator's API.

use axum::body::Bytes;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::Serialize;
use serde_json::Value;

use crate::clock;

/// A call to the API.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    pub method: String,
    pub path: String,
    /// Query without its question mark, as it was sent.
    pub query: String,
    pub body: Option<Value>,
    pub token: Option<String>,
    /// Status of the answer, whether or not the caller received it. `None` while the call is being
    /// served, and when it was dropped before its effect.
    pub status: Option<u16>,
    pub at: u64,
}

/// The two moments of a call at which the observer is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call is admitted and nothing has changed yet.
    BeforeEffect,
    /// The effect is there, the answer is not sent yet, and the call's status is known.
    AfterEffect,
}

impl Call {
    pub(crate) fn new(head: &Parts, body: &Bytes) -> Self {
        let authorization = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            body: serde_json::from_slice(body).ok(),
            token: authorization.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
            status: None,
            at: clock::now_ms(),
        }
    }
}

/// All calls since the start, or since the log was emptied.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    /// Number of the first call that is still in the log.
    first: usize,
    calls: Vec<Call>,
}

impl CallLog {
    /// Appends a call and returns its number.
    pub(crate) fn append(&mut self, call: Call) -> usize {
        self.calls.push(call);
        self.first + self.calls.len() - 1
    }

    /// Records the status of a call, unless the log was emptied in between.
    pub(crate) fn answered(&mut self, number: usize, status: u16) {
        let call = number.checked_sub(self.first).and_then(|index| self.calls.get_mut(index));
        if let Some(call) = call {
            call.status = Some(status);
        }
    }

    pub(crate) fn all(&self) -> &[Call] {
        &self.calls
    }

    pub(crate) fn clear(&mut self) {
        self.first += self.calls.len();
        self.calls.clear();
    }
}
