//! Lenient reading with serde, for the vendors' answers: a field that cannot be read
//! counts as absent. Use with `#[serde(default, deserialize_with = "…")]`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::value;

/// Reads a text that may have come as a number; a blank one counts as absent.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = value::text(&Value::deserialize(deserializer)?);
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// Reads a word of a list, in whatever letter case it came, as capitals.
pub fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text(deserializer)?.map(|word| word.trim().to_uppercase()))
}

/// Reads an object whose values are texts, or may have come as numbers; others are left out.
pub fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let Value::Object(fields) = Value::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    Ok(fields.into_iter().filter_map(|(name, field)| Some((name, value::text(&field)?))).collect())
}

/// Reads an identifier that may have come as a number.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(value::id(&Value::deserialize(deserializer)?))
}

/// Reads a whole number that may have come as text.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(value::whole(&Value::deserialize(deserializer)?))
}

/// Reads yes or no; anything else counts as no.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(value::flag(&Value::deserialize(deserializer)?).unwrap_or_default())
}

/// Reads a value if it is of a kind that is known here.
pub fn if_known<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// Reads a value, or its default.
pub fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    if_known(deserializer).map(Option::unwrap_or_default)
}

/// Reads a list entry by entry, without those that cannot be read.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let entries = match Value::deserialize(deserializer)? {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    Ok(entries.into_iter().filter_map(|entry| T::deserialize(entry).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Answer {
        #[serde(deserialize_with = "text")]
        name: Option<String>,
        #[serde(deserialize_with = "id")]
        id: Option<String>,
        #[serde(deserialize_with = "whole")]
        app: Option<u64>,
        #[serde(deserialize_with = "flag")]
        archived: bool,
        #[serde(deserialize_with = "list")]
        list: Vec<u8>,
    }

    #[test]
    fn an_answer_is_read_whatever_its_optional_fields_hold() {
        for odd in ["null", "7", "\"x\"", "true", "[1]", "{\"a\":1}"] {
            for field in ["name", "id", "app", "archived", "list"] {
                let json = format!("{{\"{field}\":{odd}}}");
                assert!(serde_json::from_str::<Answer>(&json).is_ok(), "{json}");
            }
        }
        let read: Answer = serde_json::from_str(
            r#"{"name":5,"id":7,"app":"12","archived":"true","list":[1,"x",null,2]}"#,
        )
        .unwrap();
        let (name, id) = (Some("5".to_owned()), Some("7".to_owned()));
        assert_eq!(read, Answer { name, id, app: Some(12), archived: true, list: vec![1, 2] });
    }
}
