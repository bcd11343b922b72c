//! Values of JSON from outside, read as what they were meant to be.

use serde_json::Value;

use crate::ids::LONGEST_ID;

/// Returns whether a value says nothing: null, a blank text, an empty list or object.
pub fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Reads a text, which may have come as a number or as yes or no.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        // A whole number is written as one, however it came: a phone number as 4.9e12.
        Value::Number(number) => {
            Some(whole(value).map_or_else(|| number.to_string(), |whole| whole.to_string()))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads an identifier, which may have come as a number: neither blank nor longer than
/// any real one.
pub fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(text) => text.trim().to_owned(),
        _ => whole(value)?.to_string(),
    };
    (!id.is_empty() && id.len() <= LONGEST_ID).then_some(id)
}

/// Reads a whole number that is not negative, which may have come as text.
pub fn whole(value: &Value) -> Option<u64> {
    /// The largest number up to which a float tells all whole numbers apart: 2^53.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64().filter(|float| (0.0..=EXACT).contains(float))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
            (float.fract() == 0.0).then_some(float as u64)
        }),
        _ => None,
    }
}

/// Reads yes or no, which may have come as text or as 1 and 0.
pub fn flag(value: &Value) -> Option<bool> {
    match text(value)?.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_and_an_id_may_come_as_numbers() {
        for (value, as_text, as_id) in [
            (json!("a "), Some("a "), Some("a")),
            (json!(42), Some("42"), Some("42")),
            (json!(4_915_112_345_678.0), Some("4915112345678"), Some("4915112345678")),
            (json!(1.5), Some("1.5"), None),
            (json!(-1), Some("-1"), None),
            (json!(true), Some("true"), None),
            (json!(" "), Some(" "), None),
            (json!(null), None, None),
            (json!(["a"]), None, None),
            (json!({ "a": 1 }), None, None),
        ] {
            assert_eq!(text(&value).as_deref(), as_text, "{value}");
            assert_eq!(id(&value).as_deref(), as_id, "{value}");
        }
        assert_eq!(id(&json!("x".repeat(201))), None, "longer than any real one");
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!("TRUE"), Some(true)),
            (json!(1), Some(true)),
            (json!("no"), Some(false)),
            (json!(0), Some(false)),
            (json!("perhaps"), None),
            (json!([]), None),
        ] {
            assert_eq!(flag(&value), expected, "{value}");
        }
    }
}
