//! Rejections, in HubSpot's words, and limits.

use std::time::Duration;

use hubspot_sim::{Fault, ObjectKind, Property, ValidationForm, rejections};
use serde_json::{Value, json};

use crate::support::{Sim, TOKEN};

#[tokio::test]
async fn an_unknown_property_is_named_in_hubspots_words() {
    let sim = Sim::start().await;
    let answer = sim.create("contacts", json!({"email": "a@b.org", "missing": "1"})).await;
    assert_eq!((answer.status, &answer.body["category"]), (400, &json!("VALIDATION_ERROR")));
    assert!(answer.body["correlationId"].is_string());
    let expected = json!({
        "isValid": false, "message": "Property \"missing\" does not exist",
        "error": "PROPERTY_DOESNT_EXIST", "name": "missing", "portalId": 12_345_678,
        "localizedErrorMessage": "Property \"missing\" does not exist",
    });
    assert_eq!(answer.problem(), expected);
    assert!(sim.portal.contacts().is_empty());
    let sim = Sim::with(|options| options.validation_form = ValidationForm::Errors).await;
    let answer = sim.create("contacts", json!({"email": "a@b.org", "missing": "1"})).await;
    assert_eq!(answer.body["errors"][0]["context"]["propertyName"], json!(["missing"]));
    assert!(!answer.message().contains("missing"));
}

#[tokio::test]
async fn values_that_do_not_fit_are_rejected_with_their_reason() {
    let sim = Sim::start().await;
    let long = "x".repeat(65_537);
    let ticket = json!({"subject": "Help", "hs_pipeline_stage": "1"});
    let cases = [
        ("tickets", &ticket, "hubspot_owner_id", "222", "INVALID_OWNER_ID"),
        ("tickets", &ticket, "hubspot_owner_id", "70444", "INVALID_OWNER_ID"),
        ("tickets", &ticket, "hs_ticket_priority", "VERY", "INVALID_OPTION"),
        ("tickets", &ticket, "hs_pipeline_stage", "9", "INVALID_OPTION"),
        ("tickets", &ticket, "hs_pipeline", "7", "INVALID_OPTION"),
        ("tickets", &ticket, "createdate", "2024-01-01T00:00:00Z", "READ_ONLY_VALUE"),
        ("tickets", &ticket, "content", &long, "PROPERTY_VALUE_TOO_LONG"),
        ("notes", &json!({}), "hs_timestamp", "today", "INVALID_LONG"),
        ("contacts", &json!({}), "email", "nonsense", "INVALID_EMAIL"),
    ];
    for (kind, properties, name, value, error) in cases {
        let mut properties = properties.clone();
        properties[name] = json!(value);
        let answer = sim.create(kind, properties).await;
        assert_eq!((answer.status, &answer.problem()["error"]), (400, &json!(error)), "{name}");
        assert_eq!(answer.problem()["name"], name);
    }
}

#[tokio::test]
async fn required_properties_must_be_there() {
    for form in [ValidationForm::Message, ValidationForm::Errors] {
        let sim = Sim::with(|options| options.validation_form = form).await;
        sim.portal.require_property(ObjectKind::Ticket, "hs_ticket_priority");
        let cases = [
            ("tickets", json!({"subject": "Help"}), "hs_pipeline_stage"),
            ("tickets", json!({"subject": "A", "hs_pipeline_stage": "1"}), "hs_ticket_priority"),
            ("notes", json!({"hs_note_body": "Hi"}), "hs_timestamp"),
            ("contacts", json!({"phone": "1"}), "email"),
        ];
        for (kind, properties, missing) in cases {
            let answer = sim.create(kind, properties).await;
            assert_eq!(answer.status, 400, "{kind}");
            let in_message = answer.message().contains(missing);
            assert_eq!(in_message, form == ValidationForm::Message, "{}", answer.body);
            assert!(answer.body.to_string().contains(missing), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn an_address_and_a_unique_value_belong_to_one_object() {
    let sim = Sim::start().await;
    let id = sim.create("contacts", json!({"email": "ada@example.com"})).await.id();
    let second = sim.create("contacts", json!({"email": "ADA@example.com"})).await;
    assert_eq!((second.status, &second.body["category"]), (409, &json!("CONFLICT")));
    assert_eq!(second.message(), format!("Contact already exists. Existing ID: {id}"));
    let key = Property { has_unique_value: true, ..Property::text(ObjectKind::Ticket, "key") };
    assert_eq!(sim.post("/crm/v3/properties/tickets", json!(key)).await.status, 201);
    assert_eq!(sim.post("/crm/v3/properties/tickets", json!(key)).await.status, 409);
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1", "key": "k1"});
    let first = sim.create("tickets", ticket.clone()).await;
    assert_eq!(sim.create("tickets", ticket).await.problem()["error"], "CONFLICTING_UNIQUE_VALUE");
    let path = "/crm/v3/objects/tickets/k1?idProperty=key";
    assert_eq!(sim.get(path).await.id(), first.id());
    let same = sim.call("PATCH", path, json!({"properties": {"key": "k1"}})).await;
    assert_eq!(same.status, 200, "its own value is no conflict");
    let other = sim.get("/crm/v3/objects/tickets/A?idProperty=subject").await;
    assert_eq!(other.status, 400, "a property that is not unique identifies nothing");
}

#[tokio::test]
async fn several_options_are_joined_and_a_stage_closes_a_ticket() {
    let sim = Sim::start().await;
    let option = |value: &str| json!({"label": value, "value": value, "hidden": false});
    let group = json!({"name": "own", "label": "Own"});
    assert_eq!(sim.post("/crm/v3/properties/tickets/groups", group).await.status, 201);
    let tags = json!({
        "name": "tags", "label": "Tags", "type": "enumeration", "fieldType": "checkbox",
        "groupName": "own", "options": [option("a"), option("b")],
    });
    assert_eq!(sim.post("/crm/v3/properties/tickets", tags).await.status, 201);
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1", "tags": "a"});
    let id = sim.create("tickets", ticket).await.id();
    let path = format!("/crm/v3/objects/tickets/{id}");
    for (property, value, expected) in [
        ("tags", ";b", Some("a;b")),
        ("tags", "a;c", None),
        ("hs_pipeline_stage", "4", Some("4")),
        ("hs_pipeline_stage", "2", Some("2")),
    ] {
        let change = sim.call("PATCH", &path, json!({"properties": {property: value}})).await;
        assert_eq!(change.body["properties"][property].as_str(), expected, "{value}");
        let closed = sim.portal.ticket(&id).unwrap().get("closed_date").is_empty();
        assert_eq!(closed, value != "4", "{value}");
    }
}

#[tokio::test]
async fn bodies_must_be_json_of_the_right_shape() {
    let sim = Sim::start().await;
    let url = format!("{}/crm/v3/objects/contacts", sim.portal.url());
    let post = || sim.http.post(&url).bearer_auth(TOKEN);
    assert_eq!(post().body("{}").send().await.unwrap().status(), 415, "no content type");
    let nested = sim.create("contacts", json!({"email": {"value": "a@b.org"}})).await;
    assert_eq!(nested.status, 400);
    let number = json!({
        "properties": {"subject": "A", "hs_pipeline_stage": "1"},
        "associations": [{"to": {"id": 501}, "types": []}],
    });
    assert_eq!(sim.post("/crm/v3/objects/tickets", number).await.status, 400, "ids are strings");
    assert_eq!(sim.get("/crm/v3/nothing").await.status, 404);
}

#[tokio::test]
async fn a_token_does_only_what_its_scopes_allow_and_can_be_replaced() {
    let sim = Sim::start().await;
    let company = sim.create("companies", json!({"name": "A"})).await;
    assert_eq!((company.status, &company.body["category"]), (403, &json!("MISSING_SCOPES")));
    sim.portal.rotate_token(TOKEN, "pat-new");
    assert_eq!(sim.get("/account-info/v3/details").await.status, 401);
    let url = format!("{}/account-info/v3/details", sim.portal.url());
    assert_eq!(sim.http.get(url).bearer_auth("pat-new").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn calls_are_limited_and_searches_apart() {
    let sim = Sim::with(|options| {
        (options.rate_limit, options.rate_window) = (2, Duration::from_mins(10));
    })
    .await;
    let path = "/account-info/v3/details";
    let first = sim.send("GET", path, &Value::Null).await;
    assert_eq!(first.headers()["x-hubspot-ratelimit-remaining"], "1");
    assert_eq!(sim.get(path).await.status, 200);
    let third = sim.get(path).await;
    assert_eq!((third.status, &third.body["policyName"]), (429, &json!("TEN_SECONDLY_ROLLING")));
    let search = "/crm/v3/objects/contacts/search";
    for _ in 0..5 {
        let answer = sim.send("POST", search, &json!({"filterGroups": []})).await;
        assert_eq!(answer.status(), 200, "searches do not count with the others");
        assert!(!answer.headers().contains_key("x-hubspot-ratelimit-max"));
    }
    assert_eq!(sim.post(search, json!({"filterGroups": []})).await.status, 429);
}

#[tokio::test]
async fn rejections_without_a_rule_are_injected() {
    let sim = Sim::start().await;
    let cases = [
        (rejections::invalid_email("a@b.org"), 400, "INVALID_EMAIL"),
        (rejections::forbidden(), 403, "MISSING_SCOPES"),
        (rejections::conflict_without_id(), 409, "CONFLICT"),
    ];
    for (kind, status, text) in cases {
        let path_contains = "/objects/contacts".to_owned();
        sim.portal.fail(Fault { method: Some("POST".to_owned()), path_contains, times: 1, kind });
        let answer = sim.create("contacts", json!({"email": "a@b.org"})).await;
        assert_eq!(answer.status, status);
        assert!(answer.body.to_string().contains(text), "{}", answer.body);
    }
    assert_eq!(sim.create("contacts", json!({"email": "a@b.org"})).await.status, 201);
}
