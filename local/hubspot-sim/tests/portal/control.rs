//! The control routes and the options file.

use hubspot_sim::PortalOptions;
use serde_json::{Value, json};

use crate::support::Sim;

#[tokio::test]
async fn a_whole_conversation_can_be_played_with_curl() {
    let sim = Sim::start().await;
    let mail = json!({"email": "ada@example.com", "subject": "Help", "text": "one"});
    let made = sim.post("/sim/customer-messages", mail).await;
    assert_eq!(made.status, 201);
    let thread = made.body["thread"].as_str().unwrap();
    let rep = |text: &str| json!({"thread": thread, "user_id": 222, "text": text});
    assert_eq!(sim.post("/sim/replies", rep("two")).await.status, 201);
    assert_eq!(sim.post("/sim/comments", rep("three")).await.status, 201);
    let give = json!({"thread": thread, "user_id": 222});
    assert_eq!(sim.post("/sim/assignments", give).await.status, 204);
    let close = json!({"thread": thread, "status": "CLOSED"});
    assert_eq!(sim.post("/sim/thread-status", close).await.status, 204);
    let state = sim.get("/sim/state").await.body;
    assert_eq!(state["threads"][0]["assignedTo"], "A-222");
    assert_eq!(state["threads"][0]["messages"][2]["text"], "three");
    assert_eq!(state["contacts"][0]["properties"]["email"], "ada@example.com");
    assert!(sim.portal.calls().is_empty(), "control routes are no calls of the API");
}

#[tokio::test]
async fn objects_can_be_made_joined_and_edited() {
    let sim = Sim::start().await;
    let contact = sim.post("/sim/objects/contact", json!({"email": "a@b.org"})).await.id();
    let ticket = json!({"subject": "A", "hs_pipeline_stage": "1"});
    let ticket = sim.post("/sim/objects/tickets", ticket).await.id();
    let join = json!({"from": ["ticket", ticket], "to": ["contact", contact]});
    assert_eq!(sim.post("/sim/associations", join).await.status, 204);
    assert_eq!(sim.portal.tickets()[0].contacts, [contact.as_str()]);
    let edit = |value: &str| json!({"ticket": ticket, "name": "hs_pipeline_stage", "value": value, "user_id": 222});
    assert_eq!(sim.post("/sim/properties", edit("4")).await.status, 204);
    assert_eq!(sim.portal.tickets()[0].get("hs_pipeline_stage"), "4");
    let refused = sim.post("/sim/properties", edit("9")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body["error"].as_str().unwrap().contains("not a valid stage"));
}

#[tokio::test]
async fn trouble_can_be_ordered() {
    let sim = Sim::start().await;
    let order =
        json!({"path_contains": "contacts", "times": 1, "kind": {"status": {"status": 500}}});
    assert_eq!(sim.post("/sim/faults", order).await.status, 204);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 500);
    let order = json!({"path_contains": "", "times": 9, "kind": {"hang_before_effect": 60_000}});
    assert_eq!(sim.post("/sim/faults", order).await.status, 204);
    assert_eq!(sim.delete("/sim/faults").await.status, 204);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
    assert_eq!(sim.put("/sim/down", json!(true)).await.status, 204);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 503);
    let calls = sim.get("/sim/calls").await.body;
    assert_eq!(calls.as_array().unwrap().len(), 3);
}

#[test]
fn options_are_read_from_json_and_unknown_keys_are_refused() {
    let given = json!({"portal_id": 7, "rate_window_ms": 250, "signature": "v1"});
    let options: PortalOptions = serde_json::from_value(given).unwrap();
    assert_eq!((options.portal_id, options.rate_window.as_millis()), (7, 250));
    assert_eq!(options.users.len(), 4, "the rest is the demo portal's");
    let wrong: Result<PortalOptions, _> =
        serde_json::from_value::<PortalOptions>(json!({"prot": 1}));
    assert!(wrong.unwrap_err().to_string().contains("prot"));
    let none: Value = json!({});
    assert!(serde_json::from_value::<PortalOptions>(none).is_ok());
}
