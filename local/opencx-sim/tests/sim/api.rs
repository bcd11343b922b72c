//! The API's answers, and their effects.

use opencx_sim::{
    CustomDataPatch, Fault, FaultKind, OpenCxOptions, Origin, Sender, Status, TicketingSystem,
};
use reqwest::Method;
use serde_json::{Value, json};
use sim_kit::Simulator;

use crate::support::{Lab, answer, message, options};

#[tokio::test]
async fn a_call_needs_a_key_and_sees_only_the_sessions_of_its_organisation() {
    let other_organizations = [("globex".to_owned(), "globex-key".to_owned())].into();
    let lab = Lab::with(OpenCxOptions { other_organizations, ..options() }).await;
    let path = lab.open().await;
    let url = format!("{}{path}", lab.sim.url());
    let (status, body) = answer(lab.http.get(&url).bearer_auth("wrong")).await;
    assert_eq!(status, 401);
    assert_eq!(
        body,
        json!({ "statusCode": 401, "message": "Unauthorized", "error": "Unauthorized" })
    );
    assert_eq!(answer(lab.http.get(&url).bearer_auth("globex-key")).await.0, 404);
    let (method, path_contains) = (None, String::new());
    let kind = FaultKind::Status { status: 500, retry_after: None };
    lab.sim.traffic().fail_for("globex-key", Fault { method, path_contains, times: 1, kind });
    assert_eq!(lab.get(&path).await.0, 200, "the fault is for the other organisation");
    assert_eq!(answer(lab.http.get(&url).bearer_auth("globex-key")).await.0, 500);
}

#[tokio::test]
async fn a_session_shows_its_history_of_changes() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let (status, shown) = lab.get(&path).await;
    assert_eq!((status, &shown["status"]), (200, &json!("open")));
    assert_eq!(shown["channel"], json!({ "type": "email" }));
    assert!(shown["contact"].get("verified").is_none() && shown.get("handoff").is_none());
    assert_eq!(lab.view(&path).origin, Origin::Api);

    lab.write(&path, "I want a human, I am angry").await;
    lab.event("conversation.handoff_to_human").await;
    let link =
        TicketingSystem { name: "desk".into(), external_id: "77".into(), id_type: "thread".into() };
    lab.sim.link_ticketing_system(&lab.view(&path).id, link).unwrap();
    let (_, shown) = lab.get(&path).await;
    assert_eq!(shown["handoff"]["sentiment"], "angry");
    assert_eq!(shown["ticketing_system"]["external_id"], "77");
    assert_eq!(shown["language"], "en");
}

#[tokio::test]
async fn typed_addresses_merge_contacts_and_asking_twice_opens_two_sessions() {
    let lab = Lab::start().await;
    let first = lab.open().await;
    let body = json!({ "channel": { "type": "web" }, "verified": false,
        "contact": { "email": "Ada@Acme.com", "custom_data": { "vip": "yes" } } });
    let (_, opened) = lab.post("/chat/sessions", body).await;
    let contacts = lab.sim.contacts();
    let [ada] = contacts.as_slice() else { panic!("one contact, not {contacts:?}") };
    assert_eq!(ada.name.as_deref(), Some("Ada"), "nothing is lost");
    assert!(ada.custom_data.is_empty());
    assert_eq!(ada.non_verified_custom_data["vip"], "yes");
    let second = format!("/chat/sessions/{}", opened["id"].as_str().unwrap());
    assert_ne!(first, second);
    assert_eq!(lab.get(&second).await.1["contact"]["verified"], false);
    let known = json!({ "channel": { "type": "messenger" }, "contact_id": ada.id });
    assert_eq!(lab.post("/chat/sessions", known).await.0, 201);
}

#[tokio::test]
async fn custom_data_merges_or_is_refused_or_ignored() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let first = json!({ "custom_data": { "plan": "gold", "seats": 3 } });
    assert_eq!(lab.patch(&path, first).await, (200, Value::Null));
    lab.patch(&path, json!({ "custom_data": { "seats": 4, "vip": true } })).await;
    let merged = json!({ "plan": "gold", "seats": 4, "vip": true });
    assert_eq!(lab.get(&path).await.1["custom_data"], merged);

    let change = json!({ "custom_data": { "plan": "iron" } });
    lab.sim.set_custom_data_patch(CustomDataPatch::Rejected(404));
    assert_eq!(lab.patch(&path, change.clone()).await.0, 404);
    assert_eq!(lab.patch(&path, json!({ "status": "open" })).await.0, 200, "without custom data");
    lab.sim.set_custom_data_patch(CustomDataPatch::Ignored);
    let (status, shown) = lab.patch(&path, change).await;
    assert_eq!((status, &shown["custom_data"]), (200, &merged));
}

#[tokio::test]
async fn a_status_change_is_announced_unless_told_otherwise() {
    let lab = Lab::start().await;
    let (loud, quiet) = (lab.open().await, lab.open().await);
    let change = json!({ "status": "closed_resolved",
        "reflect_status_change_for_integration": false });
    lab.patch(&quiet, change).await;
    let change = json!({ "status": "closed_unresolved",
        "generate_summary_and_sentiment_on_resolve": true });
    lab.patch(&loud, change).await;
    assert_eq!(lab.view(&quiet).status, Status::ClosedResolved);
    assert_eq!(lab.view(&loud).status, Status::ClosedUnresolved);
    let closed = lab.announced("conversation.closed");
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0]["conversation_id"], lab.view(&loud).id);
    assert_eq!(closed[0]["resolution_status"], "not_resolved");
    assert!(closed[0]["summary"].is_string());
}

#[tokio::test]
async fn an_agents_message_is_recorded_each_time_with_name_and_files_and_goes_nowhere() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let mut body = message("agent", "Hello, this is Rita");
    body["agent"] = json!({ "id": "7", "name": "Rita" });
    body["message"]["attachments"] =
        json!([{ "name": "a.pdf", "url": "https://acme.com/a.pdf", "mime_type": "text/plain" }]);
    body["should_take_over_session_from_ai"] = json!(true);
    let (status, first) = lab.post(&format!("{path}/send"), body.clone()).await;
    assert_eq!((status, &first["success"]), (201, &json!(true)));
    let (_, second) = lab.post(&format!("{path}/send"), body).await;
    assert_ne!(first["data"]["message"]["id"], second["data"]["message"]["id"]);
    let view = lab.view(&path);
    assert_eq!((view.history.len(), view.handed_off), (2, true));
    assert_eq!(view.history[0].sender, Sender::HumanAgent);
    assert_eq!(view.history[0].name.as_deref(), Some("Rita"));
    assert_eq!(view.history[0].attachments[0].name, "a.pdf");
    assert!(view.delivered.is_empty());
}

#[tokio::test]
async fn the_history_comes_in_pages_with_everything_in_it() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    for n in 0..44 {
        lab.post(&format!("{path}/send"), message("agent", &format!("message {n}"))).await;
    }
    lab.sim.human_handoff(&lab.view(&path).id, "VIP").unwrap();
    let (mut events, mut sizes, mut query) = (Vec::new(), Vec::new(), String::new());
    loop {
        let (_, page) = lab.get(&format!("{path}/history{query}")).await;
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        events.extend(items.iter().map(|item| item["event"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?cursor={next}");
    }
    assert_eq!(sizes, [20, 20, 6]);
    assert_eq!(events[0]["sender"], json!({ "type": "human_agent" }));
    assert_eq!(events[43]["content"], json!({ "type": "text", "text": "message 43" }));
    assert_eq!(
        (&events[44]["type"], &events[45]["type"]),
        (&"handoff".into(), &"human_agent_joined".into())
    );
}

#[tokio::test]
async fn a_contact_changes_in_the_given_fields() {
    let lab = Lab::start().await;
    lab.open().await;
    let path = format!("/contacts/{}", lab.sim.contacts()[0].id.as_deref().unwrap());
    let change = json!({ "contact": { "phone": "+49 1", "custom_data": { "tier": "1" } } });
    let (status, contact) = lab.patch(&path, change).await;
    assert_eq!((status, &contact["phone_number"]), (200, &json!("+49 1")));
    assert_eq!((&contact["name"], &contact["custom_data"]["tier"]), (&json!("Ada"), &json!("1")));
}

#[tokio::test]
async fn unknown_things_are_not_found_and_a_session_can_be_gone() {
    let lab = Lab::start().await;
    let unknown = "/chat/sessions/5f0c9d6e-0000-4000-8000-000000000000".to_owned();
    let gone = lab.open().await;
    lab.sim.set_gone(&lab.view(&gone).id, 410).unwrap();
    for (path, status) in [(unknown, 404), (gone, 410)] {
        assert_eq!(lab.get(&path).await.0, status);
        assert_eq!(lab.get(&format!("{path}/history")).await.0, status);
        assert_eq!(lab.patch(&path, json!({ "status": "open" })).await.0, status);
        assert_eq!(lab.write(&path, "hello").await.0, status);
    }
    assert_eq!(lab.patch("/contacts/1", json!({ "contact": {} })).await.0, 404);
    let (status, body) = answer(lab.request(Method::PUT, "/chat/sessions")).await;
    assert_eq!((status, &body["message"]), (404, &json!("Cannot PUT /chat/sessions")));
}

#[tokio::test]
async fn more_calls_than_the_limit_are_refused() {
    let lab = Lab::with(OpenCxOptions { rate_limit_per_minute: 2, ..options() }).await;
    let path = lab.open().await;
    assert_eq!(lab.get(&path).await.0, 200);
    let (status, body) = lab.get(&path).await;
    assert_eq!((status, &body["statusCode"]), (429, &json!(429)));
    assert_eq!(lab.sim.calls().last().unwrap().status, Some(429));
}
