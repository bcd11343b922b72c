//! Answers of the webhook.

use bridge_lambda::SettingsProblem;
use bridge_store::StoreError;
use lambda_http::http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, Response};
use serde_json::{Value, json};

/// An answer. Those who are not let in all get the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The accepted events are safely in SQS.
    Taken { accepted: usize, ignored: usize },
    /// Not JSON, or not of the right kind.
    NotReadable,
    /// Unknown organisation, wrong token, bad signature.
    Unauthorized,
    /// No such route.
    NotFound,
    /// Only POST.
    MethodNotAllowed,
    /// More than is taken.
    TooLarge,
    /// The table or a queue does not answer: the vendor should deliver again.
    Unavailable,
}

impl Answer {
    fn status(self) -> StatusCode {
        match self {
            Self::Taken { .. } => StatusCode::OK,
            Self::NotReadable => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let body = match self {
            Self::Taken { accepted, ignored } => {
                json!({ "accepted": accepted, "ignored": ignored })
            }
            Self::NotReadable => error(
                "the body must be JSON: an array of events; from OpenCX and Custom Channels also one event",
            ),
            Self::Unauthorized => error("unauthorized"),
            Self::NotFound => error("no such route"),
            Self::MethodNotAllowed => error("only POST is answered here"),
            Self::TooLarge => {
                error("the body is too large, or an event in it is larger than 1 MiB")
            }
            Self::Unavailable => error("not available at the moment, please deliver again"),
        };
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

fn error(text: &str) -> Value {
    json!({ "error": text })
}

impl From<StoreError> for Answer {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a delivery could not be taken");
        Self::Unavailable
    }
}

impl From<SettingsProblem> for Answer {
    fn from(problem: SettingsProblem) -> Self {
        match problem {
            SettingsProblem::UnknownOrg => Self::Unauthorized,
            // Our own fault: the vendor should deliver again once it is mended.
            problem => {
                tracing::error!(error = %problem, "a delivery could not be taken");
                Self::Unavailable
            }
        }
    }
}
