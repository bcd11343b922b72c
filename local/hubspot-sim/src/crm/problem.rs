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

    pub(crate) fn missing(name: &str) -> Self {
        let message = format!("Property \"{name}\" is required");
        Self::new(name, "REQUIRED_PROPERTIES_MISSING", message)
    }
}

/// Makes the 400 that names every problem, in the portal's form.
pub(crate) fn reject(mut problems: Vec<Problem>, portal_id: u64, form: ValidationForm) -> ApiError {
    for problem in &mut problems {
        problem.portal_id = portal_id;
    }
    match form {
        ValidationForm::Message => {
            let listed = serde_json::to_string(&problems).unwrap_or_default();
            ApiError::invalid(format!("Property values were not valid: {listed}"))
        }
        ValidationForm::Errors => {
            let errors: Vec<Value> = problems.iter().map(in_context).collect();
            ApiError::invalid("Property values were not valid").with("errors", errors)
        }
    }
}

/// Makes the 400 for a creation that lacks properties which an administrator made mandatory.
pub(crate) fn reject_missing(names: &[&str], kind: &str, form: ValidationForm) -> ApiError {
    match form {
        ValidationForm::Message => ApiError::invalid(format!(
            "Error creating {}. Some required properties were not set: {}",
            kind.to_uppercase(),
            names.join(", ")
        )),
        ValidationForm::Errors => {
            let problems = names.iter().map(|name| in_context(&Problem::missing(name)));
            ApiError::invalid(format!("Unable to create {kind}: invalid properties"))
                .with("errors", problems.collect::<Vec<_>>())
        }
    }
}

fn in_context(problem: &Problem) -> Value {
    json!({
        "message": problem.message, "code": problem.error,
        "context": {"propertyName": [problem.name]},
    })
}
