//! Reading request bodies, strictly: what the API does not know it refuses, and names.

use crate::contact::Contact;
use crate::refusal::Refusal;
use crate::session::CustomData;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// A contact as it is described when a session is opened or a message is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Described {
    email: Option<String>,
    name: Option<String>,
    phone_number: Option<String>,
    custom_data: Option<CustomData>,
}

impl Described {
    /// The contact; refused if it says nothing, or no mail address where one should be.
    pub(super) fn checked(self) -> Result<Contact, Refusal> {
        let custom_data = strings(self.custom_data)?;
        let Self { email, name, phone_number, .. } = self;
        if email.is_none() && name.is_none() && phone_number.is_none() {
            return Err(Refusal::bad_request("contact needs an email, a phone_number or a name"));
        }
        check_email(email.as_deref())?;
        Ok(Contact { id: None, name, email, phone_number, custom_data })
    }
}

/// Refuses what is no mail address.
pub(super) fn check_email(email: Option<&str>) -> Result<(), Refusal> {
    let fine = email.is_none_or(|email| {
        let parts = email.split_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    });
    if fine { Ok(()) } else { Err(Refusal::bad_request("contact.email must be an email")) }
}

/// The body as a `T`. An absent field is left out, never `null`.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("the body is not JSON: {error}")))?;
    if let Some(problem) = problem("body", &value) {
        return Err(Refusal::bad_request(problem));
    }
    serde_json::from_value(value).map_err(|error| Refusal::bad_request(error.to_string()))
}

/// What no body may hold: `null`, and a list other than that of attachments (which serde would take
/// for an object whose keys are left out).
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

/// Custom data of a session: flat. Lists and `null` do not get this far.
pub(super) fn flat(data: Option<CustomData>) -> Result<CustomData, Refusal> {
    let data = data.unwrap_or_default();
    match data.iter().find(|(_, value)| value.is_object()) {
        Some((key, _)) => Err(Refusal::bad_request(format!(
            "custom_data.{key} must be a string, a number or a boolean"
        ))),
        None => Ok(data),
    }
}

/// Custom data of a contact: strings.
pub(super) fn strings(data: Option<CustomData>) -> Result<BTreeMap<String, String>, Refusal> {
    data.unwrap_or_default()
        .into_iter()
        .map(|(key, value)| {
            let Value::String(text) = value else {
                let message = format!("contact.custom_data.{key} must be a string");
                return Err(Refusal::bad_request(message));
            };
            Ok((key, text))
        })
        .collect()
}
