//! Readings of HubSpot's refusals (docs/vendors/hubspot.md#property-errors).

use std::collections::BTreeSet;

use bridge_vendor_http::{CallError, Refusal, RefusedDetail};
use serde::{Deserialize, Serialize};

/// A part of a written object that HubSpot does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidProperty {
    /// Its name, or [`ASSOCIATIONS`].
    pub name: String,
    /// HubSpot's code, e.g. `PROPERTY_DOESNT_EXIST`.
    #[serde(default, rename = "error", alias = "code")]
    pub code: String,
}

/// Stands for the associations among refused properties: an object that the new one
/// should be associated with is gone.
pub const ASSOCIATIONS: &str = "(associations)";

impl InvalidProperty {
    /// Returns whether the portal has no such property.
    pub fn is_lacking(&self) -> bool {
        self.code == "PROPERTY_DOESNT_EXIST"
    }
}

/// The reasons for which HubSpot did not take an object as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rejection {
    /// It names parts of what was sent.
    Named(Vec<InvalidProperty>),
    /// It does not say which part, e.g. for a validation rule of the portal.
    Unspecific,
    /// It asks for properties that were not sent.
    Required(Vec<String>),
}

impl Rejection {
    /// Reads a refused write of these properties; `None` if it was refused for something
    /// else than its content.
    pub fn read(error: &CallError, sent: &BTreeSet<&str>) -> Option<Self> {
        error.refusal().and_then(|refusal| Self::of(refusal, sent))
    }

    fn of(refusal: &Refusal, sent: &BTreeSet<&str>) -> Option<Self> {
        if !refusal.is_invalid() {
            return None;
        }
        let named = named_properties(refusal, sent);
        let (sent_ones, others): (Vec<_>, Vec<_>) = named
            .into_iter()
            .partition(|one| one.name == ASSOCIATIONS || sent.contains(one.name.as_str()));
        if !sent_ones.is_empty() {
            return Some(Self::Named(sent_ones));
        }
        if asks_for_more(refusal) {
            return Some(Self::Required(others.into_iter().map(|one| one.name).collect()));
        }
        Some(if mentions_associations(refusal) { associations() } else { Self::Unspecific })
    }
}

fn associations() -> Rejection {
    let gone = InvalidProperty { name: ASSOCIATIONS.to_owned(), code: String::new() };
    Rejection::Named(vec![gone])
}

/// Reads the names of refused properties, wherever they stand: in a JSON array within the
/// message, in the single errors, else between quotation marks in the message.
fn named_properties(refusal: &Refusal, sent: &BTreeSet<&str>) -> Vec<InvalidProperty> {
    let mut found = listed(&refusal.message);
    for detail in &refusal.errors {
        found.extend(listed(&detail.message));
        found.extend(of_detail(detail, sent));
    }
    if found.is_empty() {
        let code = code_of("", &refusal.message);
        let quoted = quoted(&refusal.message).filter(|word| sent.contains(word));
        found.extend(quoted.map(|name| InvalidProperty { name: name.into(), code: code.clone() }));
    }
    let mut seen = BTreeSet::new();
    found.retain(|property| seen.insert(property.name.clone()));
    found
}

/// The array of property errors that a message holds behind some words.
fn listed(message: &str) -> Vec<InvalidProperty> {
    let at_bracket = message.match_indices('[').map(|(at, _)| &message[at..]);
    let arrays = at_bracket.filter_map(|rest| {
        serde_json::Deserializer::from_str(rest).into_iter::<Vec<InvalidProperty>>().next()?.ok()
    });
    arrays.into_iter().next().unwrap_or_default()
}

fn of_detail(detail: &RefusedDetail, sent: &BTreeSet<&str>) -> Vec<InvalidProperty> {
    let code = code_of(&detail.code, &detail.message);
    let mut names: Vec<&str> = detail.names.iter().map(String::as_str).collect();
    if names.is_empty() {
        names.extend(quoted(&detail.message).filter(|word| sent.contains(word)));
    }
    names
        .into_iter()
        .map(|name| InvalidProperty { name: name.into(), code: code.clone() })
        .collect()
}

/// HubSpot's code of an error, or the one that its words mean.
fn code_of(code: &str, message: &str) -> String {
    let lacks = code.is_empty() && message.to_lowercase().contains("does not exist");
    if lacks { "PROPERTY_DOESNT_EXIST".to_owned() } else { code.to_owned() }
}

/// The words of a message that quotation marks of any kind set apart.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split(['"', '\'', '`', '“', '”', '\\']).map(str::trim)
}

fn asks_for_more(refusal: &Refusal) -> bool {
    speaks_of_more(&refusal.message)
        || refusal
            .errors
            .iter()
            .any(|one| speaks_of_more(&one.message) || one.code.contains("REQUIRED"))
}

fn speaks_of_more(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("required") || message.contains("missing")
}

/// HubSpot's wording is unknown: whatever speaks of associations is about them.
fn mentions_associations(refusal: &Refusal) -> bool {
    let details = refusal.errors.iter().map(|one| &one.message);
    std::iter::once(&refusal.message)
        .chain(details)
        .any(|message| message.to_lowercase().contains("associat"))
}

/// Reads the id in `Contact already exists. Existing ID: 777`.
pub(crate) fn existing_id(error: &CallError) -> Option<String> {
    let refusal = error.refusal().filter(|refusal| refusal.status == 409)?;
    let (_, behind) = refusal.message.split_once("Existing ID:")?;
    let digits: String = behind.trim_start().chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Returns whether a write was refused because another object has this value of a unique
/// property. The exact body is unknown: it names the property and is a conflict or a
/// validation error.
pub(crate) fn is_taken(error: &CallError, property: &str) -> bool {
    error.refusal().is_some_and(|refusal| names_taken_value(refusal, property))
}

fn names_taken_value(refusal: &Refusal, property: &str) -> bool {
    if refusal.status == 409 {
        return true;
    }
    let named = named_properties(refusal, &BTreeSet::from([property]));
    let one = named.iter().find(|one| one.name == property);
    refusal.is_invalid()
        && match one {
            Some(one) => !one.is_lacking() && !one.code.contains("READ_ONLY"),
            None => refusal.message.contains(property),
        }
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
