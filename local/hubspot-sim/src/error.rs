//! HubSpot's error answers. Every rejection of the API is made here, so that the shapes agree
//! (docs/vendors/hubspot.md#errors).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sim_kit::control::Rejected;
use uuid::Uuid;

/// A rejection: the status and HubSpot's JSON body, without the correlation id.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let body = Map::from_iter([
            ("status".to_owned(), json!("error")),
            ("message".to_owned(), Value::String(message.into())),
        ]);
        Self { status, body }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.body.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).with("category", "VALIDATION_ERROR")
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message).with("category", "OBJECT_NOT_FOUND")
    }

    /// A path that is not served: HubSpot gives no category here.
    pub(crate) fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "resource not found")
    }

    pub(crate) fn missing_scopes(required: &[String]) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This app hasn't been granted all required scopes to make this call. Read more about \
             required scopes here: https://developers.hubspot.com/scopes.",
        )
        .with("category", "MISSING_SCOPES")
        .with(
            "errors",
            json!([{
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": required},
            }]),
        )
    }

    pub(crate) fn rate_limited(policy: &str) -> Self {
        let message = format!("You have reached your {} limit.", policy.to_lowercase());
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with("errorType", "RATE_LIMIT")
            .with("policyName", policy)
            .with("requestId", Uuid::new_v4().to_string())
    }

    /// The error of a status, as HubSpot answers it when it is in trouble.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::new(
                status,
                "Authentication credentials not found. This API supports OAuth 2.0 \
                 authentication and you can find more details at \
                 https://developers.hubspot.com/docs/methods/auth/oauth-overview",
            )
            .with("category", "INVALID_AUTHENTICATION"),
            StatusCode::TOO_MANY_REQUESTS => Self::rate_limited("TEN_SECONDLY_ROLLING"),
            _ if status.is_server_error() => Self::new(status, "internal error"),
            _ => Self::new(status, "request refused"),
        }
    }

    pub(crate) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Turns the error into an entry of a 207 answer's `errors`.
    pub(crate) fn into_entry(self) -> Value {
        Value::Object(self.body)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = self.with("correlationId", Uuid::new_v4().to_string());
        (body.status, axum::Json(Value::Object(body.body))).into_response()
    }
}

/// An action that the portal rejected, in HubSpot's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ActionError(String);

impl ActionError {
    pub(crate) fn no_user(id: u64) -> Self {
        Self(format!("the portal has no active user {id}: name one of its options' users"))
    }
}

impl From<ApiError> for ActionError {
    fn from(error: ApiError) -> Self {
        let message = error.body.get("message").and_then(Value::as_str);
        Self(message.unwrap_or_default().to_owned())
    }
}

impl From<ActionError> for Rejected {
    fn from(error: ActionError) -> Self {
        Self::bad_request(error.0)
    }
}
