//! A session's custom data as the ticket's properties: the way there and back.

use std::collections::BTreeMap;

use crate::opencx::custom_data::CustomData;
use crate::settings::Settings;

/// Returns the ticket properties that carry this data. HubSpot's property names are lower case; a
/// key with other characters is written with `_` for each.
pub fn to_properties(settings: &Settings, data: &CustomData) -> BTreeMap<String, String> {
    let named = data.0.iter().map(|(key, value)| (property_of(settings, key), value.to_text()));
    named.filter(|(name, _)| !name.is_empty()).collect()
}

/// The ticket property that carries a session's key.
pub fn property_of(settings: &Settings, key: &str) -> String {
    if let Some(name) = settings.custom_data_properties.get(key) {
        return name.clone();
    }
    let key = key.trim().to_ascii_lowercase();
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// The session's key that a ticket property carries: the mapping read backwards.
/// `known` are the keys that the session is known to have.
pub fn key_of<'a>(settings: &'a Settings, known: &'a CustomData, property: &'a str) -> &'a str {
    let mapped = settings.custom_data_properties.iter().find(|(_, name)| *name == property);
    if let Some((key, _)) = mapped {
        return key;
    }
    let spelled = known.0.keys().find(|key| property_of(settings, key) == property);
    spelled.map_or(property, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::from_json(
            r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
                "hubspot":{"portal_id":1,"access_token":"p","ai_user_id":"1"},
                "custom_data_properties":{"order_id":"order_number"}}"#,
        )
        .unwrap()
    }

    fn data(json: &str) -> CustomData {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn keys_become_properties_and_properties_find_their_keys() {
        let (settings, data) =
            (settings(), data(r#"{"order_id":7,"Plan Tier":"gold","vip":true,"x":null}"#));
        let properties = to_properties(&settings, &data);
        let expected = [("order_number", "7"), ("plan_tier", "gold"), ("vip", "true")];
        assert_eq!(properties, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        for (property, key) in [
            ("order_number", "order_id"),
            ("plan_tier", "Plan Tier"),
            ("vip", "vip"),
            ("new", "new"),
        ] {
            assert_eq!(key_of(&settings, &data, property), key);
        }
    }
}
