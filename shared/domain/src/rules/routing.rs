//! The assignee of a handoff: of the first routing rule whose conditions all hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::hubspot::actor::UserId;
use crate::opencx::custom_data::CustomData;
use crate::opencx::events::Channel;
use crate::rules::language;

/// A routing rule of the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Conditions that must all hold.
    pub when: BTreeMap<Test, Expected>,
    /// The HubSpot user who gets it.
    pub assign_to: UserId,
}

/// The fact that a condition tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub enum Test {
    /// The session's channel.
    Channel,
    /// The customer's language.
    Language,
    /// The customer's sentiment.
    Sentiment,
    /// Why the AI gave up, as OpenCX names it.
    Reason,
    /// The domain of the customer's email address.
    EmailDomain,
    /// A value of the session's custom data.
    CustomData(String),
}

impl TryFrom<String> for Test {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Ok(match name.as_str() {
            "channel" => Self::Channel,
            "language" => Self::Language,
            "sentiment" => Self::Sentiment,
            "reason" => Self::Reason,
            "email_domain" => Self::EmailDomain,
            other => match other.strip_prefix("custom_data.") {
                Some(key) if !key.is_empty() => Self::CustomData(key.to_owned()),
                _ => return Err(format!("no such condition: `{name}`")),
            },
        })
    }
}

/// The value that a condition wants: a language or channel in any spelling, other values
/// compared as text without case.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "must be a string, a number or a boolean")]
pub enum Expected {
    /// A text.
    Text(String),
    /// A number, compared by how it is written.
    Number(serde_json::Number),
    /// Yes or no.
    Flag(bool),
}

/// The facts of a handoff when it is routed.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// The session's channel.
    pub channel: Option<&'a str>,
    /// The customer's language.
    pub language: Option<&'a str>,
    /// The customer's sentiment.
    pub sentiment: Option<&'a str>,
    /// Why the AI gave up.
    pub reason: Option<&'a str>,
    /// The domain of the customer's email address.
    pub email_domain: Option<&'a str>,
    /// The session's custom data.
    pub custom_data: Option<&'a CustomData>,
}

/// The user whom the first matching rule names.
pub fn route<'a>(rules: &'a [Rule], facts: &Facts<'_>) -> Option<&'a UserId> {
    let first = rules
        .iter()
        .find(|rule| rule.when.iter().all(|(test, expected)| holds(test, expected, facts)));
    first.map(|rule| &rule.assign_to)
}

fn holds(test: &Test, expected: &Expected, facts: &Facts<'_>) -> bool {
    let actual = match test {
        Test::Channel => facts.channel.map(str::to_owned),
        Test::Language => facts.language.map(str::to_owned),
        Test::Sentiment => facts.sentiment.map(str::to_owned),
        Test::Reason => facts.reason.map(str::to_owned),
        Test::EmailDomain => facts.email_domain.map(str::to_owned),
        Test::CustomData(key) => {
            facts.custom_data.and_then(|data| Some(data.0.get(key)?.to_text()))
        }
    };
    let wanted = match expected {
        Expected::Text(value) => value.clone(),
        Expected::Number(number) => number.to_string(),
        Expected::Flag(flag) => flag.to_string(),
    };
    let Some(actual) = actual else { return false };
    match test {
        Test::Language => language::is_same(&actual, &wanted),
        Test::Channel => Channel::from_name(&wanted) == Channel::from_name(&actual),
        _ => actual.trim().to_lowercase() == wanted.trim().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(value: serde_json::Value) -> Vec<Rule> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_first_rule_whose_conditions_all_hold_wins() {
        let rules = rules(json!([
            { "when": { "channel": "email", "language": "de" }, "assign_to": "A-1" },
            { "when": { "channel": "email" }, "assign_to": "A-2" },
            { "when": { "custom_data.tier": 3 }, "assign_to": "A-3" },
            { "when": { "custom_data.vip": true }, "assign_to": "A-4" },
            { "when": { "email_domain": "Big.example" }, "assign_to": "A-5" },
            { "when": { "sentiment": "angry", "reason": "refund" }, "assign_to": "A-6" },
            { "when": { "channel": "Instagram" }, "assign_to": "A-7" },
            { "when": { "channel": "web_voice" }, "assign_to": "A-8" },
        ]));
        let data = |json: &str| serde_json::from_str::<CustomData>(json).unwrap();
        let (three, vip) = (data(r#"{"tier":3}"#), data(r#"{"vip":true,"tier":"x"}"#));
        let none = Facts::default();
        let cases = [
            (Facts { channel: Some("email"), language: Some("DE"), ..none.clone() }, Some("1")),
            (
                Facts { channel: Some("E-Mail"), language: Some("German"), ..none.clone() },
                Some("1"),
            ),
            (Facts { channel: Some("email"), language: Some("en"), ..none.clone() }, Some("2")),
            (Facts { channel: Some("email"), ..none.clone() }, Some("2")),
            (Facts { custom_data: Some(&three), ..none.clone() }, Some("3")),
            (Facts { custom_data: Some(&vip), ..none.clone() }, Some("4")),
            (Facts { email_domain: Some("big.example"), ..none.clone() }, Some("5")),
            (Facts { sentiment: Some("angry"), reason: Some("Refund"), ..none.clone() }, Some("6")),
            (Facts { sentiment: Some("angry"), ..none.clone() }, None),
            (Facts { channel: Some("instagram"), ..none.clone() }, Some("7")),
            (Facts { channel: Some("phone"), ..none.clone() }, Some("8")),
            (none, None),
        ];
        for (facts, user) in cases {
            assert_eq!(route(&rules, &facts).map(UserId::as_str), user, "{facts:?}");
        }
    }

    #[test]
    fn a_rule_without_conditions_always_matches() {
        let rules = rules(json!([{ "when": {}, "assign_to": 9 }]));
        assert_eq!(route(&rules, &Facts::default()).map(UserId::as_str), Some("9"));
    }

    #[test]
    fn an_unknown_condition_is_refused_with_its_name() {
        let error = serde_json::from_value::<Vec<Rule>>(
            json!([{ "when": { "chanel": "email" }, "assign_to": "A-1" }]),
        );
        assert!(error.unwrap_err().to_string().contains("`chanel`"));
    }
}
