//! A session's custom data: read key by key, and bounded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::json::{Fields, Notes, deserialize_leniently};
use crate::ticket::content::{LONGEST_TEXT, length};

/// One value of a session's custom data: OpenCX takes no nested ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "must be a string, a number or a boolean")]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// Yes or no.
    Flag(bool),
}

impl Scalar {
    /// The value as HubSpot's properties take it: text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// Returns an empty value of the same type.
    fn emptied(&self) -> Self {
        match self {
            Self::Text(_) => Self::Text(String::new()),
            Self::Number(_) => Self::Number(0.into()),
            Self::Flag(_) => Self::Flag(false),
        }
    }

    /// Reads a property's text as the type that the session had, if it can be
    /// read so: HubSpot's webhooks carry every value as text.
    pub fn from_text(text: &str, had: Option<&Self>) -> Self {
        let typed = match had {
            Some(Self::Number(_)) => text.trim().parse().ok().map(Self::Number),
            Some(Self::Flag(_)) => text.trim().to_lowercase().parse().ok().map(Self::Flag),
            Some(Self::Text(_)) | None => None,
        };
        typed.unwrap_or_else(|| Self::Text(text.to_owned()))
    }
}

/// Most bytes of custom data that are written to a ticket and remembered: an item of the
/// table holds 400 KB, and this more than once.
const MOST_BYTES: usize = 64 * 1024;

/// Longest key that is read, in bytes: HubSpot takes no name of more than 100 characters.
const LONGEST_KEY: usize = 200;

/// A flat object of strings, numbers and booleans; nulls are dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CustomData(pub BTreeMap<String, Scalar>);

deserialize_leniently!(CustomData);

impl CustomData {
    /// Reads an object key by key, without the values that are nested.
    pub fn read(path: &str, data: &Value, notes: &Notes) -> Self {
        let mut read = BTreeMap::new();
        let fields = Fields::of(path, data, notes);
        for (key, value) in data.as_object().into_iter().flatten() {
            let scalar = match value {
                Value::Null => continue,
                Value::String(text) => Scalar::Text(text.clone()),
                Value::Number(number) => Scalar::Number(number.clone()),
                Value::Bool(flag) => Scalar::Flag(*flag),
                Value::Array(_) | Value::Object(_) => {
                    notes.add(&fields.path_of(key), "neither a text nor a number nor a boolean");
                    continue;
                }
            };
            read.insert(key.clone(), scalar);
        }
        Self(read)
    }

    /// Splits off what is too much for a ticket: values longer than HubSpot takes, and all
    /// that comes after the first [`MOST_BYTES`]. Returns the rest, and the keys left out.
    pub fn bounded(self) -> (Self, Vec<String>) {
        let (mut kept, mut left_out, mut used) = (BTreeMap::new(), Vec::new(), 0);
        for (key, value) in self.0 {
            let text = value.to_text();
            let size = key.len() + text.len();
            if length(&text) > LONGEST_TEXT || key.len() > LONGEST_KEY || used + size > MOST_BYTES {
                left_out.push(key);
            } else {
                used += size;
                kept.insert(key, value);
            }
        }
        (Self(kept), left_out)
    }

    /// The keys, each with an empty value of its type.
    #[must_use]
    pub fn without_values(self) -> Self {
        let keys = self.0.into_iter().map(|(key, value)| (key, value.emptied()));
        Self(keys.collect())
    }

    /// One key and its value, as JSON.
    pub fn one(key: &str, value: &Scalar) -> Value {
        serde_json::json!({ key: value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys with the size of their values, the keys that are kept, those left out.
    type Case<'a> = (&'a [(&'a str, usize)], &'a [&'a str], &'a [&'a str]);

    #[test]
    fn what_is_too_much_for_a_ticket_is_left_out_and_named() {
        let text = |size: usize| Scalar::Text("x".repeat(size));
        let data = |values: &[(&str, usize)]| {
            CustomData(values.iter().map(|(key, size)| ((*key).to_owned(), text(*size))).collect())
        };
        let cases: [Case<'_>; 4] = [
            (&[("a", 5), ("b", 5)], &["a", "b"], &[]),
            (&[("a", 420_000), ("b", 5)], &["b"], &["a"]),
            (&[("a", 40_000), ("b", 40_000), ("c", 5)], &["a", "c"], &["b"]),
            (&[("a", LONGEST_TEXT + 1)], &[], &["a"]),
        ];
        for (values, kept, left_out) in cases {
            let (rest, names) = data(values).bounded();
            assert_eq!(rest.0.keys().collect::<Vec<_>>(), kept);
            assert_eq!(names, left_out);
        }
        let long_key = data(&[(&"k".repeat(300), 1)]).bounded();
        assert_eq!((long_key.0.0.len(), long_key.1.len()), (0, 1));
    }

    #[test]
    fn a_value_keeps_the_type_that_the_session_had() {
        let number = Scalar::Number(7.into());
        let cases = [
            ("8", Some(&number), Scalar::Number(8.into())),
            ("eight", Some(&number), Scalar::Text("eight".into())),
            ("FALSE", Some(&Scalar::Flag(true)), Scalar::Flag(false)),
            ("8", None, Scalar::Text("8".into())),
            ("8", Some(&Scalar::Text("x".into())), Scalar::Text("8".into())),
        ];
        for (text, had, expected) in cases {
            assert_eq!(Scalar::from_text(text, had), expected, "{text}");
        }
    }
}
