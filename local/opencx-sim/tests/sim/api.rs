//! The API's answers, and what they leave behind.

use crate::support::{Lab, answer, quick};
use opencx_sim::{OpenCxOptions, Origin, Status, TicketingSystem};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn without_the_key_nobody_gets_in() {
    let lab = Lab::new().await;
    let url = format!("{}/chat/sessions", lab.sim.url());
    for request in [lab.http.post(&url), lab.http.post(&url).bearer_auth("wrong")] {
        let (status, body) = answer(request).await;
        assert_eq!(status, 401);
        let expected =
            json!({ "statusCode": 401, "message": "Unauthorized", "error": "Unauthorized" });
        assert_eq!(body, expected);
    }
    assert!(lab.sim.sessions().is_empty());
}

#[tokio::test]
async fn an_opened_session_is_shown_as_documented() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let (status, shown) = lab.get(&path).await;
    assert_eq!(status, 200);
    assert_eq!(shown["status"], "open");
    assert_eq!(shown["channel"], json!({ "type": "email" }));
    assert_eq!(shown["contact"]["email"], "ada@acme.com");
    assert!(shown["contact"]["id"].is_string());
    assert!(shown.get("handoff").is_none() && shown.get("ticketing_system").is_none());
    assert_eq!(lab.view(&path).origin, Origin::Api);
}

#[tokio::test]
async fn what_happened_to_a_session_shows_in_it() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.write(&path, "I want a human, I am angry").await;
    lab.event("conversation.handoff_to_human").await;
    let link =
        TicketingSystem { name: "desk".into(), external_id: "77".into(), id_type: "thread".into() };
    lab.sim.link_ticketing_system(&lab.view(&path).id, link).unwrap();
    let (_, shown) = lab.get(&path).await;
    assert_eq!(shown["handoff"]["sentiment"], "angry");
    assert_eq!(
        shown["ticketing_system"],
        json!({ "name": "desk", "external_id": "77", "id_type": "thread" })
    );
    assert_eq!(shown["language"], "en");
}

#[tokio::test]
async fn the_same_person_is_one_contact_and_asking_twice_opens_two_sessions() {
    let lab = Lab::new().await;
    let (first, second) = (lab.open().await, lab.open().await);
    assert_ne!(first, second);
    assert_eq!(lab.sim.contacts().len(), 1);
    let id = lab.sim.contacts()[0].id.clone().unwrap();
    let body = json!({ "channel": { "type": "web" }, "contact_id": id });
    assert_eq!(lab.post("/chat/sessions", body).await.0, 201);
    assert!(lab.sim.sessions().iter().all(|session| session.contact.id.as_ref() == Some(&id)));
}

#[tokio::test]
async fn custom_data_merges() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let first = json!({ "custom_data": { "plan": "gold", "seats": 3 } });
    assert_eq!(lab.patch(&path, first).await, (200, Value::Null));
    lab.patch(&path, json!({ "custom_data": { "seats": 4, "vip": true } })).await;
    let expected = json!({ "plan": "gold", "seats": 4, "vip": true });
    assert_eq!(lab.get(&path).await.1["custom_data"], expected);
}

#[tokio::test]
async fn a_status_change_is_announced_unless_told_otherwise() {
    let lab = Lab::new().await;
    let (loud, quiet) = (lab.open().await, lab.open().await);
    lab.patch(
        &quiet,
        json!({ "status": "closed_resolved",
        "reflect_status_change_for_integration": false }),
    )
    .await;
    lab.patch(
        &loud,
        json!({ "status": "closed_unresolved",
        "generate_summary_and_sentiment_on_resolve": true }),
    )
    .await;
    assert_eq!(lab.view(&quiet).status, Status::ClosedResolved);
    assert_eq!(lab.view(&loud).status, Status::ClosedUnresolved);
    let closed = lab.announced("conversation.closed");
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0]["conversation_id"], lab.view(&loud).id);
    assert_eq!(closed[0]["resolution_status"], "not_resolved");
    assert!(closed[0]["summary"].is_string());
}

#[tokio::test]
async fn a_contact_changes_where_it_is_told_to() {
    let lab = Lab::new().await;
    lab.open().await;
    let path = format!("/contacts/{}", lab.sim.contacts()[0].id.as_deref().unwrap());
    let change = json!({ "contact": { "phone": "+49 1", "custom_data": { "tier": "1" } } });
    let (status, contact) = lab.patch(&path, change).await;
    assert_eq!((status, &contact["phone_number"]), (200, &json!("+49 1")));
    assert_eq!((&contact["name"], &contact["custom_data"]["tier"]), (&json!("Ada"), &json!("1")));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let lab = Lab::new().await;
    let nobody = "/chat/sessions/5f0c9d6e-0000-4000-8000-000000000000";
    assert_eq!(lab.get(nobody).await.0, 404);
    assert_eq!(lab.get(&format!("{nobody}/history")).await.0, 404);
    assert_eq!(lab.patch(nobody, json!({ "status": "open" })).await.0, 404);
    assert_eq!(lab.write(nobody, "hello").await.0, 404);
    assert_eq!(lab.patch("/contacts/1", json!({ "contact": {} })).await.0, 404);
    let (status, body) = answer(lab.request(Method::PUT, "/chat/sessions")).await;
    assert_eq!((status, &body["message"]), (404, &json!("Cannot PUT /chat/sessions")));
}

#[tokio::test]
async fn more_than_the_limit_is_too_many() {
    let lab = Lab::with(OpenCxOptions { rate_limit_per_minute: 3, ..quick() }).await;
    let path = lab.open().await;
    assert_eq!(lab.get(&path).await.0, 200);
    assert_eq!(lab.get(&path).await.0, 200);
    let (status, body) = lab.get(&path).await;
    assert_eq!((status, &body["statusCode"]), (429, &json!(429)));
    assert_eq!(lab.sim.calls().last().unwrap().status, Some(429));
}
