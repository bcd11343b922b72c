//! Invalid property values, and the one error that lists all of them
//! (docs/vendors/hubspot.md#property-errors).

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::options::ValidationForm;

/// An invalid value, as HubSpot writes it into its message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    is_valid: bool,
    message: String,
    error: &'static str,
    name: String,
    localized_error_message: String,
    portal_id: u64,
}

impl Problem {
    pub(crate) fn new(name: &str, error: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            is_valid: false,
            localized_error_message: message.clone(),
            message,
            error,
            name: name.to_owned(),
            portal_id: 0,
        }
    }

    pub(crate) fn unknown(name: &str) -> Self {
        Self::new(name, "PROPERTY_DOESNT_EXIST", format!("Property \"{name}\" does not exist"))
    }

    pub(crate) fn taken(name: &str, value: &str, holder: u64) -> Self {
        let message = format!("{holder} already has the value \"{value}\" for property {name}.");
        Self::new(name, "CONFLICTING_UNIQUE_VALUE", message)
    }
}

/// Makes the 400 that names every problem, in the portal's form.
pub(crate) fn reject(mut problems: Vec<Problem>, portal_id: u64, form: ValidationForm) -> ApiError {
    for problem in &mut problems {
        problem.portal_id = portal_id;
    }
    if form == ValidationForm::Message {
        let listed = serde_json::to_string(&problems).unwrap_or_default();
        return ApiError::invalid(format!("Property values were not valid: {listed}"));
    }
    let errors = problems.iter().map(|one| in_context(&one.name, one.error, &one.message));
    ApiError::invalid("Property values were not valid").with("errors", errors.collect::<Vec<_>>())
}

/// Makes the 400 for a creation that lacks required properties.
pub(crate) fn reject_missing(names: &[&str], kind: &str, form: ValidationForm) -> ApiError {
    let message =
        format!("Error creating {}. Some required properties were not set", kind.to_uppercase());
    if form == ValidationForm::Message {
        return ApiError::invalid(format!("{message}: {}", names.join(", ")));
    }
    let code = "REQUIRED_PROPERTIES_MISSING";
    let errors = names.iter().map(|name| in_context(name, code, "A property is required"));
    ApiError::invalid(message).with("errors", errors.collect::<Vec<_>>())
}

fn in_context(name: &str, code: &str, message: &str) -> Value {
    json!({"message": message, "code": code, "context": {"propertyName": [name]}})
}
