//! JSON in HubSpot's way.

use serde_json::Value;

/// Removes keys without a value: HubSpot leaves them out.
pub(crate) fn without_nulls(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            let present = std::mem::take(fields).into_iter().filter(|(_, field)| !field.is_null());
            *fields = present.map(|(name, field)| (name, without_nulls(field))).collect();
        }
        Value::Array(items) => {
            *items = std::mem::take(items).into_iter().map(without_nulls).collect();
        }
        _ => {}
    }
    value
}
