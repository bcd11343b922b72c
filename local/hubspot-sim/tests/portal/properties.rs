//! Definitions of properties.

use hubspot_sim::ObjectKind;
use serde_json::{Value, json};

use crate::support::Sim;

const PATH: &str = "/crm/v3/properties/tickets";

fn text(name: &str) -> Value {
    json!({"name": name, "label": "L", "type": "string", "fieldType": "text",
           "groupName": "ticketinformation"})
}

#[tokio::test]
async fn a_property_can_be_used_once_it_is_defined() {
    let sim = Sim::start().await;
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1", "order_number": "7"});
    assert_eq!(sim.create("tickets", ticket.clone()).await.status, 400);
    let made = sim.post(PATH, text("order_number")).await;
    assert_eq!((made.status, &made.body["hubspotDefined"]), (201, &json!(false)));
    assert_eq!(sim.create("tickets", ticket).await.status, 201);
    assert!(sim.portal.property(ObjectKind::Ticket, "order_number").is_some());
    let listed = sim.get(PATH).await.body["results"].as_array().unwrap().clone();
    assert!(listed.iter().any(|one| one["name"] == "order_number"));
    assert_eq!(sim.get(&format!("{PATH}/order_number")).await.body["fieldType"], "text");
    assert_eq!(sim.get(&format!("{PATH}/nonsense")).await.status, 404);
}

#[tokio::test]
async fn definitions_that_do_not_hold_are_refused() {
    let sim = Sim::start().await;
    assert_eq!(sim.post(PATH, text("twice")).await.status, 201);
    assert_eq!(sim.post(PATH, text("twice")).await.status, 409);
    for name in ["Upper", "1st", "with space", "hs_mine", ""] {
        assert_eq!(sim.post(PATH, text(name)).await.status, 400, "{name}");
    }
    for (field, value) in [
        ("groupName", json!("nowhere")),
        ("type", json!("enumeration")),
        ("fieldType", json!("select")),
        ("label", Value::Null),
    ] {
        let mut body = text("fine");
        body[field] = value;
        assert_eq!(sim.post(PATH, body).await.status, 400, "{field}");
    }
}

#[tokio::test]
async fn options_are_replaced_as_a_whole() {
    let sim = Sim::start().await;
    let option = |value: &str| json!({"label": value, "value": value, "hidden": false});
    let mut body = text("tags");
    body["type"] = json!("enumeration");
    body["fieldType"] = json!("checkbox");
    body["options"] = json!([option("a"), option(" b")]);
    let spaced = sim.post(PATH, body.clone()).await;
    assert_eq!(spaced.body["subCategory"], "LEADING_TRAILING_WHITESPACE");
    body["options"] = json!([option("a")]);
    assert_eq!(sim.post(PATH, body).await.status, 201);
    let patch = json!({"options": [option("b")]});
    let changed = sim.patch(&format!("{PATH}/tags"), patch).await;
    assert_eq!(changed.body["options"].as_array().unwrap().len(), 1);
    assert_eq!(changed.body["options"][0]["value"], "b");
}

#[tokio::test]
async fn groups_hold_properties() {
    let sim = Sim::start().await;
    let group = json!({"name": "own", "label": "Own"});
    let path = format!("{PATH}/groups");
    assert_eq!(sim.post(&path, group.clone()).await.status, 201);
    assert_eq!(sim.post(&path, group).await.status, 409);
    assert_eq!(sim.get(&format!("{path}/own")).await.body["label"], "Own");
    let mut property = text("inside");
    property["groupName"] = json!("own");
    assert_eq!(sim.post(PATH, property).await.status, 201);
}

#[tokio::test]
async fn a_batch_makes_what_it_can() {
    let sim = Sim::start().await;
    sim.post(PATH, text("old")).await;
    let inputs = json!({"inputs": [text("old"), text("new")]});
    let answer = sim.post(&format!("{PATH}/batch/create"), inputs).await;
    assert_eq!((answer.status, &answer.body["numErrors"]), (207, &json!(1)));
    assert_eq!(answer.body["results"][0]["name"], "new");
}
