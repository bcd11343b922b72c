//! What HubSpot's refusals mean.

use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

/// What came of writing an object's properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Write<T> {
    /// It was done.
    Done(T),
    /// Nothing was written, because HubSpot does not take these properties.
    Invalid(Vec<InvalidProperty>),
}

/// A property that HubSpot does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidProperty {
    /// Its name.
    pub name: String,
    /// HubSpot's code for why, e.g. `PROPERTY_DOESNT_EXIST`.
    #[serde(default, rename = "error")]
    pub code: String,
}

/// Stands for the associations among refused properties: an object that the new one
/// should be associated with is gone.
pub const ASSOCIATIONS: &str = "(associations)";

impl InvalidProperty {
    /// Whether the portal has no such property.
    pub fn is_lacking(&self) -> bool {
        self.code == "PROPERTY_DOESNT_EXIST"
    }
}

impl<T> Write<T> {
    /// Reads a refusal, if it is one of properties.
    pub(crate) fn refused(error: CallError) -> Result<Self, CallError> {
        let invalid = invalid_properties(&error);
        if invalid.is_empty() { Err(error) } else { Ok(Self::Invalid(invalid)) }
    }
}

/// The properties that a refused write names as invalid; the message holds a JSON
/// array behind a colon (docs/vendors/hubspot.md#property-errors). Empty when it is about
/// something else.
fn invalid_properties(error: &CallError) -> Vec<InvalidProperty> {
    let Some(refusal) = error.refusal().filter(|refusal| refusal.status == 400) else {
        return Vec::new();
    };
    let list = refusal.message.find('[').map_or("", |at| &refusal.message[at..]);
    let documents = serde_json::Deserializer::from_str(list).into_iter();
    let listed: Option<Vec<InvalidProperty>> = documents.into_iter().next().and_then(Result::ok);
    listed.unwrap_or_else(|| refused_associations(&refusal.message))
}

/// How HubSpot words it is UNKNOWN: whatever speaks of associations is about them.
fn refused_associations(message: &str) -> Vec<InvalidProperty> {
    let about = message.to_lowercase().contains("associat");
    let refused = || InvalidProperty { name: ASSOCIATIONS.to_owned(), code: String::new() };
    about.then(refused).into_iter().collect()
}

/// The id in `Contact already exists. Existing ID: 777` (docs/vendors/hubspot.md#contacts).
pub(crate) fn existing_id(error: &CallError) -> Option<String> {
    let refusal = error.refusal().filter(|refusal| refusal.status == 409)?;
    let (_, behind) = refusal.message.split_once("Existing ID:")?;
    let digits: String = behind.trim_start().chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Whether a write was refused because another object has this value of a unique
/// property. The exact body is UNKNOWN: it names the property and is a conflict
/// or a validation error (docs/vendors/hubspot.md#tickets).
pub(crate) fn is_taken(error: &CallError, property: &str) -> bool {
    let Some(refusal) = error.refusal() else { return false };
    let invalid = invalid_properties(error);
    let unknown = invalid.iter().any(|one| one.name == property && one.is_lacking());
    matches!(refusal.status, 400 | 409) && refusal.message.contains(property) && !unknown
}
