use serde_json::{Value, json};

use super::*;

const SENT: [&str; 5] =
    ["subject", "order_number", "tier", "hs_pipeline_stage", "opencx_session_id"];

fn rejection(status: u16, body: &Value) -> Option<Rejection> {
    let refusal = Refusal::read(status, body.to_string().as_bytes());
    Rejection::of(&refusal, &BTreeSet::from(SENT))
}

fn named(pairs: &[(&str, &str)]) -> Rejection {
    let property = |(name, code): &(&str, &str)| InvalidProperty {
        name: (*name).to_owned(),
        code: (*code).to_owned(),
    };
    Rejection::Named(pairs.iter().map(property).collect())
}

#[test]
fn refused_properties_are_read_wherever_they_stand() {
    let lacking = "PROPERTY_DOESNT_EXIST";
    let cases = [
        (
            json!({ "message": "Property values were not valid: [{\"isValid\":false,\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"tier\"},{\"error\":\"INVALID_OPTION\",\"name\":\"order_number\"}]" }),
            Some(named(&[("tier", lacking), ("order_number", "INVALID_OPTION")])),
        ),
        (
            json!({ "message": "Invalid input JSON [line 1], properties: [{\"name\":\"tier\",\"code\":\"INVALID_LONG\"}]" }),
            Some(named(&[("tier", "INVALID_LONG")])),
        ),
        (
            json!({ "message": "Property values were not valid", "errors": [
                { "message": "x", "code": lacking, "context": { "propertyName": ["tier"] } },
                { "message": "y", "code": "READ_ONLY_VALUE", "context": { "propertyName": ["order_number"] } }] }),
            Some(named(&[("tier", lacking), ("order_number", "READ_ONLY_VALUE")])),
        ),
        (
            json!({ "message": "bad", "errors": [{ "message": "Property \"tier\" does not exist" }] }),
            Some(named(&[("tier", lacking)])),
        ),
        (
            json!({ "message": "bad", "errors": [{ "message": "m", "in": "tier", "code": "RULE" }] }),
            Some(named(&[("tier", "RULE")])),
        ),
        (
            json!({ "message": "Validation rule failed for 'order_number'" }),
            Some(named(&[("order_number", "")])),
        ),
        (
            json!({ "message": "bad", "context": { "properties": ["tier"] } }),
            Some(named(&[("tier", "")])),
        ),
        (
            json!({ "message": "One of the associations is gone" }),
            Some(named(&[(ASSOCIATIONS, "")])),
        ),
        (
            json!({ "message": "Some required properties were not set.", "context": { "properties": ["team"] } }),
            Some(Rejection::Required(vec!["team".into()])),
        ),
        (
            json!({ "message": "Error creating TICKET. Some required properties were missing" }),
            Some(Rejection::Required(Vec::new())),
        ),
        (json!({ "message": "A rule of the portal says no" }), Some(Rejection::Unspecific)),
        (json!([1, "odd"]), Some(Rejection::Unspecific)),
    ];
    for (body, expected) in cases {
        assert_eq!(rejection(400, &body), expected, "{body}");
    }
    assert_eq!(rejection(403, &json!({ "message": "'tier'" })), None, "not about its content");
}

#[test]
fn a_value_of_a_unique_property_is_taken() {
    let taken = |status, body: &Value| {
        let refusal = Refusal::read(status, body.to_string().as_bytes());
        names_taken_value(&refusal, "opencx_session_id")
    };
    assert!(taken(409, &json!({})));
    assert!(taken(400, &json!({ "message": "opencx_session_id must be unique" })));
    let listed = |code: &str| json!({ "message": format!("not valid: [{{\"name\":\"opencx_session_id\",\"error\":\"{code}\"}}]") });
    assert!(taken(400, &listed("DUPLICATE_VALUE")));
    assert!(!taken(400, &listed("PROPERTY_DOESNT_EXIST")), "the portal lacks it");
    assert!(!taken(400, &json!({ "message": "tier is invalid" })));
    assert!(!taken(403, &json!({ "message": "opencx_session_id" })));
}
