//! Rejections that HubSpot is known to make and for which the portal has no rule of its own, as
//! answers for fault injection.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sim_kit::{Answer, FaultKind};

/// Returns the 400 for an address that HubSpot does not take.
pub fn invalid_email(address: &str) -> FaultKind {
    let problem = json!([{
        "isValid": false, "message": format!("Email address {address} is invalid"),
        "error": "INVALID_EMAIL", "name": "email", "portalId": 12_345_678,
    }]);
    let message = format!("Property values were not valid: {problem}");
    answer(400, json!({"status": "error", "category": "VALIDATION_ERROR", "message": message}))
}

/// Returns a 403: the app, or the user behind it, may not do this.
pub fn forbidden() -> FaultKind {
    let message = "This app hasn't been granted all required scopes to make this call.";
    answer(403, json!({"status": "error", "category": "MISSING_SCOPES", "message": message}))
}

/// Returns the 409 for a contact that exists, without its id.
pub fn conflict_without_id() -> FaultKind {
    let message = "Contact already exists.";
    answer(409, json!({"status": "error", "category": "CONFLICT", "message": message}))
}

/// Returns a 400 without properties, as for a validation rule or a message that cannot be sent.
pub fn invalid(message: &str) -> FaultKind {
    answer(400, json!({"status": "error", "category": "VALIDATION_ERROR", "message": message}))
}

/// Returns an answer with this status and body, without effect.
pub fn answer(status: u16, body: Value) -> FaultKind {
    FaultKind::Answer(Answer { status, headers: BTreeMap::new(), body })
}
