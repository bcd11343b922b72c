//! Fields that OpenCX's versions spell in several ways (docs/vendors/opencx.md#spellings).

use serde_json::{Map, Value};

use crate::json::{Fields, value};
use crate::opencx::contact::Contact;
use crate::opencx::custom_data::CustomData;

/// Spellings of the session's id.
pub(crate) const SESSION: [&str; 2] = ["conversation_id", "session_id"];

/// Finds the session that a piece of event data is about.
pub fn session_of(data: &Value) -> Option<String> {
    SESSION.iter().find_map(|name| value::id(data.get(*name)?))
}

/// Reads the custom data, in both spellings; a key in both is taken from the first.
pub(crate) fn custom_data(fields: &Fields<'_>) -> CustomData {
    let mut both = CustomData::default();
    for (name, data) in fields.values(&["custom_data", "custom_objects"]) {
        let read = CustomData::read(&fields.path_of(name), data, fields.notes());
        for (key, value) in read.0 {
            both.0.entry(key).or_insert(value);
        }
    }
    both
}

/// Reads the contact. One without an id of its own gets the id beside it.
pub(crate) fn contact(fields: &Fields<'_>) -> Option<Contact> {
    let beside = fields.id(&["contact_id", "customer_id"]);
    let nobody = Value::Object(Map::new());
    let (name, contact) = match fields.values(&["contact"]).next() {
        Some(found) => found,
        None if beside.is_some() => ("contact", &nobody),
        None => return None,
    };
    let contact = Contact::read(&fields.path_of(name), contact, fields.notes());
    Some(Contact { id: contact.id.clone().or(beside), ..contact })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::Notes;

    #[test]
    fn every_spelling_is_read_the_same() {
        let contact_alone = json!({ "email": "a@x.org" });
        let cases = [
            json!({ "conversation_id": "s", "custom_data": { "a": 1, "b": 2 },
                    "contact": { "email": "a@x.org", "id": "c" } }),
            json!({ "session_id": "s", "custom_objects": { "a": 1, "b": 2 },
                    "contact": contact_alone, "contact_id": "c" }),
            json!({ "conversation_id": "s", "session_id": "other", "custom_data": { "a": 1 },
                    "custom_objects": { "a": 7, "b": 2 }, "contact": contact_alone,
                    "contact_id": null, "customer_id": "c" }),
            json!({ "conversation_id": null, "session_id": "s", "custom_data": null,
                    "custom_objects": { "a": 1, "b": 2 },
                    "contact": { "email": "a@x.org", "id": "c" }, "customer_id": "k" }),
        ];
        for case in cases {
            let notes = Notes::default();
            let fields = Fields::of("data", &case, &notes);
            assert_eq!(session_of(&case).as_deref(), Some("s"), "{case}");
            let contact = contact(&fields).unwrap();
            assert_eq!(contact.id.as_deref(), Some("c"), "{case}");
            assert_eq!(contact.email.unwrap().as_str(), "a@x.org");
            let data = serde_json::to_value(custom_data(&fields)).unwrap();
            assert_eq!(data, json!({ "a": 1, "b": 2 }), "{case}");
        }
    }

    #[test]
    fn data_of_another_shape_has_no_session() {
        for odd in [json!(null), json!([1]), json!("x"), json!({ "contact": 7, "x": 1 })] {
            assert_eq!(session_of(&odd), None);
        }
    }
}
