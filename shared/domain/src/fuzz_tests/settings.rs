//! Settings documents, and what is no document at all.

use adversarial_inputs::{deep_json, hold, mutated, text};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::events::names_a_field;
use super::people::SETTINGS;
use crate::opencx::events::Envelope;
use crate::settings::Settings;

#[test]
fn settings_are_read_or_refused_by_key_and_keep_their_secrets() {
    let mut sample: Value = serde_json::from_str(SETTINGS).unwrap();
    sample["webhook_token"] = json!("hush-1");
    sample["hubspot"]["access_token"] = json!("hush-2");
    sample["routing"] = json!([{ "when": { "channel": "email" }, "assign_to": "A-1" }]);
    sample["signatures"] = json!([{ "domain": "*.acme.com", "html": "<b>x</b>" }]);
    sample["assist_mode"] = json!(["email"]);
    hold(256, mutated(sample), |document| {
        match Settings::from_json(&document.to_string()) {
            Ok(settings) => {
                prop_assert!(settings.org.is_possible());
                let shown = format!("{settings:?}");
                prop_assert!(!shown.contains("hush"));
            }
            Err(error) => {
                prop_assert!(names_a_field(&error), "{}", error);
                prop_assert!(!error.to_string().contains("hush"), "{}", error);
            }
        }
        Ok(())
    });
}

#[test]
fn what_is_no_json_or_nested_without_end_is_refused() {
    let deep = || {
        prop::sample::select(vec![("[", "]"), ("{\"data\":", "}"), ("[{\"a\":", "}]"), ("[", "")])
    };
    let nested = deep().prop_map(|(open, close)| deep_json(open, close));
    hold(64, prop_oneof![nested, text()], |document| {
        prop_assert!(Envelope::from_text(&document).is_err_and(|error| names_a_field(&error)));
        prop_assert!(Settings::from_json(&document).is_err_and(|error| names_a_field(&error)));
        Ok(())
    });
}
