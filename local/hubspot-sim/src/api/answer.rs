//! The answers of batch calls.

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::clock;
use crate::crm::ObjectKind;
use crate::error::ApiError;

/// The one error that names every object of a batch that is not there; nothing when all are.
pub(super) fn gone(kind: ObjectKind, ids: &[String]) -> Vec<Value> {
    if ids.is_empty() {
        return Vec::new();
    }
    let name = kind.singular().to_uppercase();
    let message = format!(
        "Could not get some {name} objects, they may be deleted or not exist. Check that ids are \
         valid."
    );
    vec![ApiError::not_found(message).with("context", json!({"ids": ids})).into_entry()]
}

/// The answer of a batch: 207 as soon as one input failed.
pub(super) fn complete(
    status: StatusCode,
    results: Vec<Value>,
    errors: Vec<Value>,
) -> (StatusCode, Json<Value>) {
    let now = clock::now_iso();
    let mut answer = json!({"status": "COMPLETE", "startedAt": now, "completedAt": now});
    answer["results"] = Value::Array(results);
    if errors.is_empty() {
        return (status, Json(answer));
    }
    answer["numErrors"] = json!(errors.len());
    answer["errors"] = Value::Array(errors);
    (StatusCode::MULTI_STATUS, Json(answer))
}
