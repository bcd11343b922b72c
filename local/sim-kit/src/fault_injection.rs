//! Fault injection: the one mechanism by which calls fail on demand, in flow tests, in the story
//! and in the fault matrix.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::millis;

/// A scheduled fault: the next calls that match fail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only calls with this method; any method when `None`.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls whose path contains this; the empty text matches all.
    #[serde(default)]
    pub path_contains: String,
    pub times: u32,
    pub kind: FaultKind,
}

/// A kind of failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The vendor's own error body for this status, without effect.
    Status {
        status: u16,
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// This very answer, without effect: a refusal that the simulator has no rule for.
    Answer(Answer),
    /// A pause, then the call is served as usual; it has no effect if the caller is gone by then.
    HangBeforeEffect(#[serde(with = "millis")] Duration),
    /// The effect at once, the answer after a pause.
    HangAfterEffect(#[serde(with = "millis")] Duration),
    /// The connection closes without an answer and without effect.
    DropBeforeEffect,
    /// The connection closes without an answer, but the effect is there.
    DropAfterEffect,
    /// The effect is there and the status is right, but the body of a good answer is an HTML
    /// page. An error keeps its body: without one it is a refusal that gives no reason.
    Malformed,
    /// The effect is there and the status is right, but half of the body is missing.
    Truncated,
    /// The effect is there and the status is right, but the body is empty.
    Empty,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

impl Fault {
    /// Returns whether the fault applies to a call.
    pub(crate) fn matches(&self, method: &str, path: &str) -> bool {
        let same_method =
            self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        self.times > 0 && same_method && path.contains(&self.path_contains)
    }
}

/// The result of a call with a fault.
#[derive(Debug)]
pub enum Injected {
    Answered(Response),
    /// The connection is to be closed without an answer.
    Dropped,
}

impl FaultKind {
    /// Lets a call fail: `effect` serves it, and `error` makes the vendor's error answer for a
    /// status. `effect` is not polled where the fault comes before it.
    pub async fn inject(
        self,
        error: impl FnOnce(StatusCode) -> Response,
        effect: impl Future<Output = Response>,
    ) -> Injected {
        let answer = match self {
            Self::Status { status, retry_after } => {
                let status = StatusCode::from_u16(status);
                let mut answer = error(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
                if let Some(seconds) = retry_after {
                    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                answer
            }
            Self::Answer(answer) => answer.into_response(),
            Self::HangBeforeEffect(pause) => {
                tokio::time::sleep(pause).await;
                effect.await
            }
            Self::HangAfterEffect(pause) => {
                let answer = effect.await;
                tokio::time::sleep(pause).await;
                answer
            }
            Self::DropBeforeEffect => return Injected::Dropped,
            Self::DropAfterEffect => {
                effect.await;
                return Injected::Dropped;
            }
            Self::Malformed => {
                let answer = effect.await;
                if !answer.status().is_success() {
                    return Injected::Answered(answer);
                }
                with_body(&answer, "<html><body>upstream connect error</body></html>")
            }
            Self::Truncated => halved(effect.await).await,
            Self::Empty => with_body(&effect.await, ""),
        };
        Injected::Answered(answer)
    }
}

fn with_body(answer: &Response, body: impl Into<Body>) -> Response {
    (answer.status(), body.into()).into_response()
}

async fn halved(answer: Response) -> Response {
    let status = answer.status();
    let whole = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    (status, [(header::CONTENT_TYPE, "application/json")], half).into_response()
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, axum::Json(self.body)).into_response();
        for (name, value) in self.headers {
            let header = (HeaderName::try_from(name), HeaderValue::try_from(value));
            if let (Ok(name), Ok(value)) = header {
                answer.headers_mut().insert(name, value);
            }
        }
        answer
    }
}
