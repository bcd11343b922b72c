//! Names, addresses, custom data and the values of properties.

use adversarial_inputs::{hold, text, word};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::email::EmailAddress;
use crate::hubspot::property_change::{ECHO_WINDOW, Known, no_news};
use crate::hubspot::record_event::TicketChange;
use crate::opencx::custom_data::{CustomData, Scalar};
use crate::person_name::split;
use crate::settings::Settings;
use crate::ticket::custom_properties::{key_of, to_properties};
use crate::time::Timestamp;

pub(super) const SETTINGS: &str = r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
    "hubspot":{"portal_id":12345678,"app_id":7,"access_token":"p","ai_user_id":"1"},
    "channels":{"web":{"channel_id":"1","account_id":"2"}},
    "custom_data_properties":{"order_id":"order_number"}}"#;

#[test]
fn an_address_is_one_and_is_its_own_normal_form() {
    let written = prop_oneof![
        text(),
        (word(), "[@＠]{1,2}", word())
            .prop_map(|(local, at, domain)| local + &at + &domain + ".org"),
        "[a-z\\x00-\\x20\u{7f}<>,@]{1,4}@x\\.org",
        "[a-zA-Z0-9.+İß]{1,80}@[a-z0-9ü-]{1,70}(\\.[a-z]{2,3}){0,4}\\.?",
    ];
    hold(512, written, |written| {
        let Some(address) = EmailAddress::parse(&written) else { return Ok(()) };
        let text = address.as_str();
        prop_assert_eq!(text.matches('@').count(), 1);
        prop_assert!(
            !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,".contains(c))
        );
        prop_assert!(address.domain().is_ascii() && address.domain().contains('.'));
        prop_assert_eq!(format!("{}@{}", address.local_part(), address.domain()), text);
        let again = EmailAddress::parse(text);
        prop_assert_eq!(again.as_ref(), Some(&address), "{:?}", written);
        prop_assert!(text.len() <= 254, "{} B", text.len());
        Ok(())
    });
}

#[test]
fn a_name_is_split_without_losing_a_word() {
    hold(512, prop_oneof![text(), "(van |de |[A-Z][a-z]{0,5},? ?){0,6}"], |name| {
        let (first, last) = split(&name);
        let is_text =
            |part: &Option<String>| part.as_ref().is_none_or(|part| !part.trim().is_empty());
        prop_assert!(is_text(&first) && is_text(&last));
        let mut letters: Vec<char> = [first, last]
            .into_iter()
            .flatten()
            .flat_map(|part| part.chars().collect::<Vec<_>>())
            .filter(|c| c.is_alphanumeric())
            .collect();
        let mut expected: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.sort_unstable();
        expected.sort_unstable();
        prop_assert!(name.contains('@') || letters == expected, "{:?}", name);
        Ok(())
    });
}

#[test]
fn custom_data_is_flat_and_finds_its_way_back() {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        text().prop_map(Value::from),
        adversarial_inputs::value()
    ];
    hold(128, prop::collection::btree_map(word(), value, 0..8), move |fields| {
        let document = json!(fields);
        let is_flat = |value: &Value| !value.is_array() && !value.is_object();
        let data = serde_json::from_value::<CustomData>(document).expect("it is an object");
        let kept = fields.values().filter(|value| !value.is_null() && is_flat(value));
        prop_assert_eq!(data.0.len(), kept.count());
        let properties = to_properties(&settings, &data);
        // Keys that differ only in what HubSpot does not take share a property.
        let shared = properties.len() < data.0.len();
        for (name, text) in properties {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            prop_assert!(!name.is_empty() && name.chars().all(plain), "{:?}", name);
            let key = key_of(&settings, &data, &name);
            let had = data.0.get(key);
            prop_assert!(had.is_some(), "{} leads to {:?}", name, key);
            let again = Scalar::from_text(&text, had);
            let same_kind = std::mem::discriminant(&again) == std::mem::discriminant(had.unwrap());
            prop_assert!(same_kind || shared, "{:?} is {:?}", text, again);
        }
        Ok(())
    });
}

#[test]
fn a_change_is_an_echo_only_of_the_value_and_only_about_then() {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let numbers = prop_oneof![
        text(),
        "[-+]?[0-9]{1,3}(\\.0)?",
        Just("NaN".to_owned()),
        Just("1e999".to_owned())
    ];
    let input = (numbers, 0_i64..=4_000_000_000_000, any::<i64>(), any::<bool>());
    hold(256, input, move |(value, written_at, occurred_at, same)| {
        let told = if same { value.clone() } else { format!("{value}x") };
        let change = TicketChange {
            org: "acme".into(),
            event: String::new(),
            ticket: "1".into(),
            property: "plan".to_owned(),
            value: told,
            occurred_at: Timestamp::from_millis(occurred_at),
            told: None,
            source: None,
            source_id: None,
            trace: None,
        };
        let known = Known { written: Some((&value, written_at)), applied_at: None };
        let near = i128::from(occurred_at).abs_diff(i128::from(written_at))
            <= ECHO_WINDOW.unsigned_abs().into();
        prop_assert_eq!(no_news(&change, &known, &settings).is_some(), same && near);
        Ok(())
    });
}
