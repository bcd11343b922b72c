//! What is wrong with a property value, and the one error that lists all such problems of a call.

use serde::Serialize;

use crate::error::ApiError;

/// One invalid value, in the form that HubSpot writes into its message.
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

/// The 400 that names every problem: HubSpot puts a JSON array into the text of the message.
pub(crate) fn refuse(mut problems: Vec<Problem>, portal_id: u64) -> ApiError {
    for problem in &mut problems {
        problem.portal_id = portal_id;
    }
    let listed = serde_json::to_string(&problems).unwrap_or_default();
    ApiError::invalid(format!("Property values were not valid: {listed}"))
}
