//! JSON: single values, and documents in which one thing is wrong.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use crate::text::text;

/// A value of any type, in any place where another one is expected.
pub fn value() -> impl Strategy<Value = Value> {
    let numbers = [json!(0), json!(-1), json!(1.5), json!(1e300), json!(i64::MIN), json!(u64::MAX)];
    let plain =
        [json!(null), json!(true), json!({}), json!([]), json!([null]), json!(""), json!(" ")];
    let several = (text(), 0_usize..2_000).prop_map(|(text, times)| {
        let text: String = text.chars().take(20).collect();
        (0..times).map(|at| (format!("{text}{at}"), json!(at))).collect::<Map<_, _>>().into()
    });
    prop_oneof![
        3 => select(plain.to_vec()),
        2 => select(numbers.to_vec()),
        5 => text().prop_map(Value::from),
        1 => several,
        1 => (1_usize..120).prop_map(nested),
    ]
}

/// Lists in lists; 128 are the most that are read.
fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

/// The text of a document in which one value is nested ten thousand deep.
pub fn deep_json(open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(10_000), close.repeat(10_000))
}

/// A sample in which up to three things are replaced, taken out or added. A text that
/// is JSON itself, such as the body of a queue message, is changed within.
pub fn mutated(sample: Value) -> impl Strategy<Value = Value> {
    let change = (any::<Index>(), value(), 0_u8..4);
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut document = sample.clone();
        for (place, value, kind) in changes {
            let places: Vec<String> = places(&document);
            change_at(&mut document, &place.get(&places)[..], value, kind);
        }
        document
    })
}

fn change_at(document: &mut Value, place: &str, value: Value, kind: u8) {
    let (above, key) = place.rsplit_once('/').unwrap_or_default();
    match (kind, document.pointer_mut(above)) {
        (0, Some(Value::Object(fields))) => {
            fields.remove(key);
        }
        (1, Some(Value::Object(fields))) => {
            let name = value.as_str().map_or_else(|| format!("{key}_"), str::to_owned);
            fields.insert(name, value);
        }
        _ => {
            if let Some(field) = document.pointer_mut(place) {
                *field = value;
            }
        }
    }
}

/// Pointers to everything in a document. Keys with `/` or `~` are left alone.
fn places(document: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut at = 0;
    while let Some(place) = found.get(at).cloned() {
        at += 1;
        match document.pointer(&place) {
            Some(Value::Object(fields)) if found.len() < 500 => {
                let plain = fields.keys().filter(|key| !key.contains(['/', '~']));
                found.extend(plain.map(|key| format!("{place}/{key}")));
            }
            Some(Value::Array(list)) if found.len() < 500 => {
                found.extend((0..list.len().min(10)).map(|index| format!("{place}/{index}")));
            }
            _ => {}
        }
    }
    found
}
