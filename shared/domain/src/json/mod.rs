//! Reading JSON: leniently what comes from outside, and so that an error names the field.

mod fields;
pub mod lenient;
mod split;
pub mod value;

use serde::de::DeserializeOwned;

use crate::text::surrogates::replace_lone_surrogates;

pub(crate) use fields::deserialize_leniently;
pub use fields::{Fields, Notes};
pub use split::{Events, split, split_or_one};

/// Why a document could not be read: the field and what is wrong with it.
///
/// The text never quotes a value, since a value may be a customer's words or
/// a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Unreadable {
    /// The path of the field, e.g. `hubspot.portal_id`; `(document)` for the whole.
    pub field: String,
    /// The problem with the field.
    pub problem: String,
}

impl Unreadable {
    /// An error about one field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let (field, problem) = (field.into(), problem.into());
        Self { field: bounded(&field), problem: bounded(&problem) }
    }
}

/// Reads a JSON text into `T`.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let text = replace_lone_surrogates(text);
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let document = read(&mut deserializer)?;
    deserializer.end().map_err(|_| Unreadable::new("(document)", "more than one document"))?;
    Ok(document)
}

/// Reads a JSON value into `T`.
pub fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Unreadable> {
    read(value)
}

fn read<'de, T: DeserializeOwned, D>(deserializer: D) -> Result<T, Unreadable>
where
    D: serde::Deserializer<'de, Error = serde_json::Error>,
{
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let field = if matches!(path.as_str(), "." | "") { "(document)".to_owned() } else { path };
        Unreadable::new(field, without_values(&error.into_inner().to_string()))
    })
}

/// Longest name of a field and longest explanation, in characters: both may hold a key
/// of the document.
const LONGEST: usize = 300;

fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// serde quotes the value that it did not like, in double quotes (invalid type: string
/// "secret") or in backticks (unknown variant, integer): cut it. Field names stand in
/// backticks too, and stay.
fn without_values(problem: &str) -> String {
    let quoting = ["invalid type: ", "invalid value: ", "unknown variant "];
    let is_quoting = quoting.iter().any(|begin| problem.starts_with(begin));
    let around = problem.split_once(['"', '`']).zip(problem.rsplit_once(", expected "));
    if let Some(((kind, _), (_, expected))) = around.filter(|_| is_quoting) {
        return format!("{kind}…, expected {expected}");
    }
    let pieces: Vec<&str> = problem.split('"').collect();
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) if pieces.len() > 2 => format!("{first}…{last}"),
        _ => problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code, reason = "only its reading matters")]
        inner: u64,
    }

    #[test]
    fn the_error_names_the_field_and_never_the_value() {
        let error = from_text::<Outer>(r#"{"inner":"my \"secret\" words"}"#).unwrap_err();
        assert_eq!(error.field, "inner");
        assert!(!error.to_string().contains("secret"), "{error}");
        let error = from_text::<Outer>(r#"{"inner":1,"outer":2}"#).unwrap_err();
        assert!(error.to_string().contains("`outer`"), "{error}");
    }
}
