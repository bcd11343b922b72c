//! The control routes, as somebody with curl uses them: without a key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Lab, Receiver, answer};

async fn control(lab: &Lab, method: Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/sim{path}", lab.sim.url());
    answer(lab.http.request(method, url).json(&body)).await
}

#[tokio::test]
async fn a_whole_conversation_by_hand() {
    let lab = Lab::start().await;
    let (receiver, url) = Receiver::start(&[]).await;
    control(&lab, Method::PUT, "/events-url", json!({ "url": url })).await;
    let customer = json!({ "channel": "sms", "text": "Hello",
        "contact": { "phone_number": "+49 30 1" }, "custom_data": { "plan": "gold" } });
    let (status, body) = control(&lab, Method::POST, "/customer", customer).await;
    assert_eq!(status, 200);
    let session = format!("/sessions/{}", body["session"].as_str().unwrap());
    let link = json!({ "name": "desk", "external_id": "7", "id_type": "thread" });
    for (method, step, body) in [
        (Method::POST, "/handoff", json!({ "reason": "VIP" })),
        (Method::PUT, "/ticketing-system", link),
        (Method::POST, "/resolve", json!({ "resolved": true })),
        (Method::POST, "/reopen", json!(null)),
        (Method::PUT, "/gone", json!(409)),
    ] {
        let (status, _) = control(&lab, method, &format!("{session}{step}"), body).await;
        assert_eq!(status, 204, "{step}");
    }
    let (_, state) = control(&lab, Method::GET, "/state", Value::Null).await;
    let shown = &state["sessions"][0];
    assert_eq!((&shown["status"], &shown["handed_off"]), (&json!("open"), &json!(true)));
    assert_eq!(shown["ticketing_system"]["external_id"], "7");
    assert_eq!(shown["custom_data"]["plan"], "gold");
    let event = json!({ "event": "csat.requested", "data": [] });
    assert_eq!(control(&lab, Method::POST, "/events", event.clone()).await.0, 202);
    let events = receiver.wait_for(4).await;
    assert!(events.iter().any(|(_, received)| *received == event));
}

#[tokio::test]
async fn mistakes_by_hand_are_named_and_the_routes_describe_themselves() {
    let lab = Lab::start().await;
    let cases = [
        (Method::POST, "/sessions/gone/reopen", json!(null), 404, "gone"),
        (Method::POST, "/customer", json!({ "txt": "Hello" }), 400, "txt"),
        (Method::PUT, "/custom-data-patch", json!("maybe"), 400, "maybe"),
    ];
    for (method, path, body, expected, part) in cases {
        let (status, body) = control(&lab, method, path, body).await;
        assert_eq!(status, expected);
        assert!(body["error"].as_str().unwrap().contains(part), "{body}");
    }
    let help = lab.http.get(format!("{}/sim", lab.sim.url())).send().await.unwrap();
    assert!(help.text().await.unwrap().contains("/sim/customer"));
    assert!(lab.sim.calls().is_empty(), "control routes are not calls");
}
