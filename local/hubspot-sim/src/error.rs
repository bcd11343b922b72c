//! HubSpot's error answers. Every refusal of the API is made here, so that the shapes agree.
//!
//! Sources: the `Error` schema of the `OpenAPI` documents, and the page on error handling for the
//! messages. HubSpot leaves out `category` on some answers; so do those here that show it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A refusal: the status and HubSpot's JSON body, without the correlation id that each answer gets.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("status".to_owned(), json!("error"));
        body.insert("message".to_owned(), Value::String(message.into()));
        Self { status, body, retry_after: None }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.body.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).with("category", "VALIDATION_ERROR")
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message).with("category", "CONFLICT")
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message).with("category", "OBJECT_NOT_FOUND")
    }

    /// No such route: HubSpot gives no category here.
    pub(crate) fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "resource not found")
    }

    pub(crate) fn no_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and \
             you can find more details at \
             https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        )
        .with("category", "INVALID_AUTHENTICATION")
    }

    pub(crate) fn missing_scopes(required: &[&str]) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This app hasn't been granted all required scopes to make this call. Read more about \
             required scopes here: https://developers.hubspot.com/scopes.",
        )
        .with("category", "MISSING_SCOPES")
        .with("links", json!({"scopes": "https://developers.hubspot.com/scopes"}))
        .with(
            "errors",
            json!([{
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": required},
            }]),
        )
    }

    pub(crate) fn rate_limited(policy: &str, message: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with("errorType", "RATE_LIMIT")
            .with("policyName", policy)
            .with("requestId", Uuid::new_v4().to_string())
    }

    pub(crate) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// The message alone, for people who act in the portal rather than through the API.
    pub(crate) fn message(&self) -> String {
        self.body.get("message").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The error as an entry of a 207 answer's `errors`.
    pub(crate) fn into_entry(self) -> Value {
        let mut entry = self.body;
        for (key, empty) in [("context", json!({})), ("errors", json!([])), ("links", json!({}))] {
            entry.entry(key).or_insert(empty);
        }
        Value::Object(entry)
    }
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        self.body.insert("correlationId".to_owned(), json!(Uuid::new_v4().to_string()));
        let mut response = (self.status, axum::Json(Value::Object(self.body))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
