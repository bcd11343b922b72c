//! What HubSpot refuses, and in which words.

use serde_json::{Value, json};

use crate::support::Sim;

#[tokio::test]
async fn an_unknown_property_is_named_in_hubspots_words() {
    let sim = Sim::start().await;
    let answer = sim.create("contacts", json!({"email": "a@b.org", "missing": "1"})).await;
    assert_eq!((answer.status, &answer.body["category"]), (400, &json!("VALIDATION_ERROR")));
    assert_eq!(answer.body["status"], "error");
    assert!(answer.body["correlationId"].is_string());
    assert_eq!(
        answer.problem(),
        json!({
            "isValid": false, "message": "Property \"missing\" does not exist",
            "error": "PROPERTY_DOESNT_EXIST", "name": "missing",
            "localizedErrorMessage": "Property \"missing\" does not exist",
            "portalId": 12_345_678,
        })
    );
    assert!(sim.portal.contacts().is_empty());
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused_with_their_reason() {
    let sim = Sim::start().await;
    let long = "x".repeat(65_537);
    let cases = [
        ("hubspot_owner_id", "222", "INVALID_OWNER_ID"),
        ("hubspot_owner_id", "70444", "INVALID_OWNER_ID"),
        ("hs_ticket_priority", "VERY", "INVALID_OPTION"),
        ("hs_pipeline_stage", "9", "INVALID_OPTION"),
        ("hs_pipeline", "7", "INVALID_OPTION"),
        ("createdate", "2024-01-01T00:00:00Z", "READ_ONLY_VALUE"),
        ("content", long.as_str(), "PROPERTY_VALUE_TOO_LONG"),
    ];
    for (name, value, error) in cases {
        let mut properties = json!({"subject": "Help", "hs_pipeline_stage": "1"});
        properties[name] = json!(value);
        let answer = sim.create("tickets", properties).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.problem()["error"], error, "{name}");
        assert_eq!(answer.problem()["name"], name);
    }
    let owner = json!({"subject": "Help", "hs_pipeline_stage": "1", "hubspot_owner_id": "70222"});
    assert_eq!(sim.create("tickets", owner).await.status, 201);
}

#[tokio::test]
async fn numbers_dates_and_addresses_are_checked_and_kept_in_one_form() {
    let sim = Sim::start().await;
    let bad = sim.create("companies", json!({"name": "A", "numberofemployees": "many"})).await;
    assert_eq!(bad.problem()["error"], "INVALID_DOUBLE");
    let number = sim.create("companies", json!({"name": "A", "numberofemployees": 12})).await;
    assert_eq!(number.body["properties"]["numberofemployees"], "12", "answers hold strings only");
    let bad = sim.create("notes", json!({"hs_timestamp": "today"})).await;
    assert_eq!(bad.problem()["error"], "INVALID_LONG");
    let note = sim.create("notes", json!({"hs_timestamp": "1702439388898"})).await;
    assert_eq!(note.body["properties"]["hs_timestamp"], "2023-12-13T03:49:48.898Z");
    let bad = sim.create("contacts", json!({"email": "nonsense"})).await;
    assert_eq!(bad.problem()["error"], "INVALID_EMAIL");
}

#[tokio::test]
async fn what_a_kind_needs_must_be_there() {
    let sim = Sim::start().await;
    let cases = [
        ("tickets", json!({"subject": "Help"}), json!(["hs_pipeline_stage"])),
        ("tickets", json!({"hs_pipeline_stage": "1"}), json!(["subject"])),
        ("notes", json!({"hs_note_body": "Hi"}), json!(["hs_timestamp"])),
        ("contacts", json!({"phone": "1"}), json!(["email", "firstname", "lastname"])),
        ("companies", json!({"city": "Bonn"}), json!(["name", "domain"])),
    ];
    for (kind, properties, missing) in cases {
        let answer = sim.create(kind, properties).await;
        assert_eq!(answer.status, 400, "{kind}");
        assert_eq!(answer.body["context"]["properties"], missing, "{kind}");
    }
}

#[tokio::test]
async fn an_address_belongs_to_one_contact() {
    let sim = Sim::start().await;
    let id = sim.create("contacts", json!({"email": "ada@example.com"})).await.id();
    let second = sim.create("contacts", json!({"email": "ADA@example.com"})).await;
    assert_eq!((second.status, &second.body["category"]), (409, &json!("CONFLICT")));
    assert_eq!(second.message(), format!("Contact already exists. Existing ID: {id}"));
}

#[tokio::test]
async fn a_unique_value_belongs_to_one_object_and_finds_it() {
    let sim = Sim::start().await;
    let property = json!({
        "name": "opaque_key", "label": "Key", "type": "string", "fieldType": "text",
        "groupName": "ticketinformation", "hasUniqueValue": true,
    });
    assert_eq!(sim.post("/crm/v3/properties/tickets", property).await.status, 201);
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1", "opaque_key": "k1"});
    let first = sim.create("tickets", ticket.clone()).await;
    let second = sim.create("tickets", ticket).await;
    assert_eq!(second.status, 400);
    assert_eq!(second.problem()["error"], "CONFLICTING_UNIQUE_VALUE");
    assert_eq!(second.problem()["name"], "opaque_key");
    let path = "/crm/v3/objects/tickets/k1?idProperty=opaque_key";
    assert_eq!(sim.get(path).await.id(), first.id());
    let same = sim.patch(path, json!({"properties": {"opaque_key": "k1"}})).await;
    assert_eq!(same.status, 200, "its own value is no conflict");
    let other = sim.get("/crm/v3/objects/tickets/A?idProperty=subject").await;
    assert_eq!(other.status, 400, "a property that is not unique identifies nothing");
}

#[tokio::test]
async fn several_options_are_joined_with_a_leading_semicolon() {
    let sim = Sim::start().await;
    let option = |value: &str| json!({"label": value, "value": value, "hidden": false});
    let property = json!({
        "name": "tags", "label": "Tags", "type": "enumeration", "fieldType": "checkbox",
        "groupName": "ticketinformation", "options": [option("a"), option("b")],
    });
    assert_eq!(sim.post("/crm/v3/properties/tickets", property).await.status, 201);
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1", "tags": "a"});
    let id = sim.create("tickets", ticket).await.id();
    let path = format!("/crm/v3/objects/tickets/{id}");
    let joined = sim.patch(&path, json!({"properties": {"tags": ";b"}})).await;
    assert_eq!(joined.body["properties"]["tags"], "a;b");
    let bad = sim.patch(&path, json!({"properties": {"tags": "a;c"}})).await;
    assert_eq!(bad.problem()["error"], "INVALID_OPTION");
}

#[tokio::test]
async fn closing_a_ticket_stamps_it_and_opening_it_again_clears_that() {
    let sim = Sim::start().await;
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1"});
    let id = sim.create("tickets", ticket).await.id();
    let path = format!("/crm/v3/objects/tickets/{id}");
    for (stage, closed) in [("4", true), ("2", false)] {
        let move_to = json!({"properties": {"hs_pipeline_stage": stage}});
        assert_eq!(sim.patch(&path, move_to).await.status, 200);
        let ticket = sim.portal.ticket(&id).unwrap();
        assert_eq!(!ticket.get("closed_date").is_empty(), closed, "stage {stage}");
    }
}

#[tokio::test]
async fn bodies_must_be_json_of_the_right_shape() {
    let sim = Sim::start().await;
    let url = format!("{}/crm/v3/objects/contacts", sim.portal.url());
    let post = || sim.http.post(&url).bearer_auth(crate::support::TOKEN);
    let text = post().body("{}").send().await.unwrap();
    assert_eq!(text.status(), 415, "without a content type");
    let json_type = || post().header("content-type", "application/json");
    let broken = json_type().body("{\"properties\":").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    let body: Value = broken.json().await.unwrap();
    assert!(body["message"].as_str().unwrap().starts_with("Invalid input JSON on line 1"));
    let nested = sim.create("contacts", json!({"email": {"value": "a@b.org"}})).await;
    assert_eq!(nested.status, 400);
    let number = json!({
        "properties": {"subject": "A", "hs_pipeline_stage": "1"},
        "associations": [{"to": {"id": 501}, "types": []}],
    });
    assert_eq!(sim.post("/crm/v3/objects/tickets", number).await.status, 400, "ids are strings");
}
