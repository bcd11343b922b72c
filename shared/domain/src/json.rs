//! Reading JSON so that an error names the field.

use serde::de::DeserializeOwned;

/// Why a document could not be read: the field and what is wrong with it.
///
/// The text never quotes a value, since a value may be a customer's words or
/// a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Unreadable {
    /// The path of the field, e.g. `hubspot.portal_id`; `(document)` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Unreadable {
    /// An error about one field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Reads a JSON text into `T`.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    read(&mut deserializer)
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
        let field = if path == "." { "(document)".to_owned() } else { path };
        Unreadable { field, problem: without_values(&error.into_inner().to_string()) }
    })
}

/// serde quotes the value it did not like (`invalid type: string "secret"`):
/// cut what stands in double quotes. Field names stand in backticks and stay.
fn without_values(problem: &str) -> String {
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
