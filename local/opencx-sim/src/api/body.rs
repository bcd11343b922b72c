//! Request bodies, read strictly: what the API does not know it refuses by its name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contact::Contact;
use crate::error::ApiError;
use crate::session::CustomData;

/// The contact of a session to open or of a message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactFields {
    email: Option<String>,
    name: Option<String>,
    phone_number: Option<String>,
    custom_data: Option<CustomData>,
}

impl ContactFields {
    /// Returns the contact, if it is named at all.
    pub(super) fn validate(self) -> Result<Contact, ApiError> {
        let custom_data = text_values(self.custom_data)?;
        let Self { email, name, phone_number, .. } = self;
        if email.is_none() && name.is_none() && phone_number.is_none() {
            return Err(ApiError::bad_request("contact needs an email, a phone_number or a name"));
        }
        validate_email(email.as_deref())?;
        Ok(Contact { name, email, phone_number, custom_data, ..Contact::default() })
    }
}

pub(super) fn validate_email(email: Option<&str>) -> Result<(), ApiError> {
    let parts = email.map(|email| email.split_once('@'));
    let is_valid = parts.is_none_or(|parts| {
        parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    });
    if is_valid { Ok(()) } else { Err(ApiError::bad_request("contact.email must be an email")) }
}

/// Reads a body. An absent field is left out, never `null`.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request(format!("the body is not JSON: {error}")))?;
    if let Some(problem) = problem("body", &value) {
        return Err(ApiError::bad_request(problem));
    }
    serde_json::from_value(value).map_err(|error| ApiError::bad_request(error.to_string()))
}

/// Finds what no body may hold: `null`, and a list other than that of attachments (which serde
/// would take for an object whose keys are left out).
fn problem(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(format!("{name} must not be null: leave it out")),
        Value::Array(files) if name == "attachments" => {
            files.iter().find_map(|file| problem("an attachment", file))
        }
        Value::Array(_) => Some(format!("{name} must not be a list")),
        Value::Object(map) => map.iter().find_map(|(key, item)| problem(key, item)),
        _ => None,
    }
}

/// Returns a session's custom data, which is flat. Lists and `null` do not get this far.
pub(super) fn flat_values(data: Option<CustomData>) -> Result<CustomData, ApiError> {
    let data = data.unwrap_or_default();
    match data.iter().find(|(_, value)| value.is_object()) {
        Some((key, _)) => Err(ApiError::bad_request(format!(
            "custom_data.{key} must be a string, a number or a boolean"
        ))),
        None => Ok(data),
    }
}

/// Returns a contact's custom data, which is text.
pub(super) fn text_values(data: Option<CustomData>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut texts = BTreeMap::new();
    for (key, value) in data.unwrap_or_default() {
        let Value::String(text) = value else {
            let message = format!("contact.custom_data.{key} must be a string");
            return Err(ApiError::bad_request(message));
        };
        texts.insert(key, text);
    }
    Ok(texts)
}
