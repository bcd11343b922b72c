//! Trouble to order.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::millis;

/// An order of trouble: the next calls that match fare badly.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only calls with this method; any when `None`.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls whose path contains this; the empty text matches all.
    pub path_contains: String,
    /// For how many calls.
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

/// What happens to a call that fails.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answered with this status, without effect.
    Status {
        /// HTTP status.
        status: u16,
        /// Value of `Retry-After` in seconds, if the answer is to carry one.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// Nothing happens for this long, then the call is served; if the caller has gone by then, it
    /// has no effect.
    HangBeforeEffect(#[serde(with = "millis")] Duration),
    /// The effect is there at once, the answer only after this long.
    HangAfterEffect(#[serde(with = "millis")] Duration),
    /// The connection closes without an answer and without effect.
    DropBeforeEffect,
    /// The connection closes without an answer, but the effect is there.
    DropAfterEffect,
    /// The effect is there, the status is right, the body is not JSON.
    Malformed,
}

/// The trouble that is due.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    ordered: Vec<Fault>,
    down: bool,
}

impl Faults {
    pub(crate) fn order(&mut self, fault: Fault) {
        self.ordered.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.ordered.clear();
    }

    pub(crate) fn set_down(&mut self, down: bool) {
        self.down = down;
    }

    pub(super) fn check_up(&self) -> Result<(), ApiError> {
        if self.down {
            return Err(failure(StatusCode::SERVICE_UNAVAILABLE));
        }
        Ok(())
    }

    /// What is due for this call, oldest order first.
    pub(super) fn take(&mut self, method: &str, path: &str) -> Option<FaultKind> {
        let due = self.ordered.iter_mut().find(|fault| fault.is_for(method, path))?;
        due.times -= 1;
        Some(due.kind)
    }
}

impl Fault {
    fn is_for(&self, method: &str, path: &str) -> bool {
        let any = self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        self.times > 0 && any && path.contains(&self.path_contains)
    }
}

/// An answer of HubSpot with this status, as it looks when HubSpot is in trouble.
pub(super) fn status_answer(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    failure(status).retry_after(retry_after).into_response()
}

fn failure(status: StatusCode) -> ApiError {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return super::quota::rolling_limit();
    }
    let message = if status.is_server_error() { "internal error" } else { "request refused" };
    ApiError::new(status, message)
}
