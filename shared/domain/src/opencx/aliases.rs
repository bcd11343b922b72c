//! One spelling for what OpenCX's versions spell in several ways
//! (docs/vendors/opencx.md#spellings).

use serde_json::{Map, Value};

/// The session that a piece of event data is about.
pub fn session_of(data: &Value) -> Option<&str> {
    let named = data.get("conversation_id").or_else(|| data.get("session_id"));
    named.and_then(Value::as_str)
}

/// Event data in the spelling that is read here. Both spellings may be there at once;
/// then the first one counts, and custom data is taken from both.
pub(crate) fn one_spelling(mut data: Value) -> Value {
    let Some(fields) = data.as_object_mut() else { return data };
    if let Some(session) = fields.remove("session_id") {
        fields.entry("conversation_id").or_insert(session);
    }
    if let Some(objects) = fields.remove("custom_objects") {
        custom_data(fields, objects);
    }
    let ids = ["contact_id", "customer_id"].map(|spelling| fields.remove(spelling));
    if let Some(id) = ids.into_iter().flatten().find(|id| !id.is_null()) {
        contact_id(fields, id);
    }
    data
}

fn custom_data(fields: &mut Map<String, Value>, objects: Value) {
    match (fields.get_mut("custom_data"), objects) {
        (Some(Value::Object(data)), Value::Object(objects)) => {
            for (key, value) in objects {
                data.entry(key).or_insert(value);
            }
        }
        (None | Some(Value::Null), objects) => {
            fields.insert("custom_data".to_owned(), objects);
        }
        // What cannot be read as custom data is refused where it is read.
        _ => {}
    }
}

/// A contact without an id of its own gets the one beside it.
fn contact_id(fields: &mut Map<String, Value>, id: Value) {
    let contact = fields.entry("contact").or_insert(Value::Null);
    if contact.is_null() {
        *contact = Value::Object(Map::new());
    }
    if let Some(contact) = contact.as_object_mut()
        && !["id", "contact_id", "customer_id"].iter().any(|name| contact.contains_key(*name))
    {
        contact.insert("id".to_owned(), id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_becomes_the_same() {
        let plain = json!({ "conversation_id": "s", "custom_data": { "a": 1, "b": 2 },
                            "contact": { "email": "a@x.org", "id": "c" } });
        let contact = json!({ "email": "a@x.org" });
        let cases = [
            plain.clone(),
            json!({ "session_id": "s", "custom_objects": { "a": 1, "b": 2 },
                    "contact": contact, "contact_id": "c" }),
            json!({ "conversation_id": "s", "session_id": "other", "custom_data": { "a": 1 },
                    "custom_objects": { "a": 7, "b": 2 }, "contact": contact,
                    "contact_id": null, "customer_id": "c" }),
            json!({ "conversation_id": "s", "custom_data": null, "custom_objects": { "a": 1, "b": 2 },
                    "contact": { "email": "a@x.org", "id": "c" }, "customer_id": "k" }),
        ];
        for case in cases {
            assert_eq!(session_of(&case), Some("s"), "{case}");
            assert_eq!(one_spelling(case.clone()), plain, "{case}");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        for odd in [json!(null), json!([1]), json!("x"), json!({ "contact": 7, "x": 1 })] {
            assert_eq!(one_spelling(odd.clone()), odd);
            assert_eq!(session_of(&odd), None);
        }
        let odd = one_spelling(json!({ "custom_data": "x", "custom_objects": { "a": 1 } }));
        assert_eq!(odd, json!({ "custom_data": "x" }), "the error names custom_data");
    }
}
