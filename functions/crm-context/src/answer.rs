//! Answers and problems as the caller is told them. No answer holds a token.

use bridge_engine::{Failure, SettingsProblem};
use bridge_store::StoreError;
use bridge_vendor_http::{CallError, Problem as Trouble};
use lambda_http::http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, Response};
use serde_json::{Value, json};

/// A JSON answer, or why there is none.
pub(crate) type Answer = Result<Value, Problem>;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No such route.
    NoRoute,
    /// Only GET.
    OnlyGet,
    /// Neither `email` nor `phone`, or not a usable one.
    NoKey,
    /// No such organisation.
    UnknownOrg,
    /// HubSpot knows no such contact.
    UnknownContact,
    /// The organisation has no CRM connection.
    NoCrm,
    /// HubSpot said no, did not answer in time, or asks to be left alone for a while.
    HubSpot(StatusCode, String),
    /// Our own side: settings or table.
    Ours(String),
}

impl Problem {
    fn told(&self) -> (StatusCode, String) {
        let (status, text) = match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "no such route"),
            Self::OnlyGet => (StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here"),
            Self::NoKey => {
                (StatusCode::BAD_REQUEST, "say whose record: ?email=… or ?phone=…, URL-encoded")
            }
            Self::UnknownOrg => (StatusCode::NOT_FOUND, "no such organisation"),
            Self::UnknownContact => (StatusCode::NOT_FOUND, "HubSpot knows no such contact"),
            Self::NoCrm => (
                StatusCode::CONFLICT,
                "this organisation has no CRM connection: its settings need crm.access_token",
            ),
            Self::HubSpot(status, error) => (*status, error.as_str()),
            Self::Ours(error) => (StatusCode::SERVICE_UNAVAILABLE, error.as_str()),
        };
        (status, text.to_owned())
    }
}

pub(crate) fn response(answer: Answer) -> Response<Body> {
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(problem) => {
            let (status, text) = problem.told();
            if status.is_server_error() {
                tracing::error!(error = text, "no CRM answer");
            }
            (status, json!({ "error": text }))
        }
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    // Nothing on the way keeps a customer's record.
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

/// Names the call and the status, never what HubSpot wrote: that may quote anything.
impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        let (status, advice) = match &error.problem {
            Trouble::Unauthorized => {
                (StatusCode::BAD_GATEWAY, "; check crm.access_token in the settings")
            }
            Trouble::Refused(refusal) if refusal.status == 403 => {
                (StatusCode::BAD_GATEWAY, "; the CRM token lacks a scope for reading this")
            }
            Trouble::RateLimited(_) | Trouble::Deferred(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "; ask again in ten seconds")
            }
            Trouble::NoAnswer(_) | Trouble::NoTime => {
                (StatusCode::GATEWAY_TIMEOUT, "; ask again in a moment")
            }
            Trouble::Unavailable { .. } | Trouble::NotNow { .. } | Trouble::NotSent => {
                (StatusCode::BAD_GATEWAY, "; ask again in a moment")
            }
            _ => (StatusCode::BAD_GATEWAY, ""),
        };
        Self::HubSpot(status, format!("{error}{advice}"))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Ours(error.to_string())
    }
}

impl From<SettingsProblem> for Problem {
    fn from(problem: SettingsProblem) -> Self {
        match problem {
            SettingsProblem::UnknownOrg => Self::UnknownOrg,
            problem => Self::Ours(problem.to_string()),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let status = match &failure {
            Failure::Park { .. } => StatusCode::BAD_GATEWAY,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::HubSpot(status, failure.to_string())
    }
}
