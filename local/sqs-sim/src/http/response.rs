//! Responses in the form of AWS JSON 1.0.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{ErrorKind, SqsError};

const AWS_JSON: &str = "application/x-amz-json-1.0";
/// Header with the code of the query protocol and the side that is at fault.
const QUERY_ERROR: &str = "x-amzn-query-error";

impl IntoResponse for SqsError {
    fn into_response(self) -> Response {
        let (status, fault) = match self.kind {
            ErrorKind::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "Receiver"),
            _ => (StatusCode::BAD_REQUEST, "Sender"),
        };
        let (shape, code) = self.kind.names();
        let mut response = aws_json(&json!({ "__type": shape, "message": self.message }));
        *response.status_mut() = status;
        if let Ok(value) = HeaderValue::try_from(format!("{code};{fault}")) {
            response.headers_mut().insert(QUERY_ERROR, value);
        }
        response
    }
}

/// Writes a JSON body with the headers that every response of AWS has.
pub(super) fn aws_json(value: &Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [(CONTENT_TYPE.as_str(), AWS_JSON), ("x-amzn-requestid", &request_id)];
    (headers, value.to_string()).into_response()
}
