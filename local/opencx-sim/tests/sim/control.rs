//! The control API, as somebody with curl uses it: without a key.

use crate::support::{Lab, answer};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

fn control(lab: &Lab, method: Method, path: &str) -> RequestBuilder {
    lab.http.request(method, format!("{}/sim{path}", lab.sim.url()))
}

#[tokio::test]
async fn a_whole_conversation_by_hand() {
    let lab = Lab::new().await;
    let customer = json!({ "channel": "sms", "text": "Hello",
        "contact": { "phone_number": "+49 30 1" }, "custom_data": { "plan": "gold" } });
    let (status, body) = answer(control(&lab, Method::POST, "/customer").json(&customer)).await;
    assert_eq!(status, 200);
    let session = format!("/sessions/{}", body["session"].as_str().unwrap());
    let steps = [
        (Method::POST, "/comment", json!({ "name": "Rita", "text": "mine" })),
        (Method::POST, "/handoff", json!({ "reason": "VIP" })),
        (
            Method::PUT,
            "/ticketing-system",
            json!({ "name": "desk", "external_id": "7", "id_type": "thread" }),
        ),
        (Method::POST, "/resolve", json!({ "resolved": true })),
        (Method::POST, "/reopen", json!(null)),
    ];
    for (method, step, body) in steps {
        let request = control(&lab, method, &format!("{session}{step}")).json(&body);
        assert_eq!(answer(request).await.0, 204, "{step}");
    }
    let (_, state) = answer(control(&lab, Method::GET, "/state")).await;
    let seen = &state["sessions"][0];
    assert_eq!((&seen["status"], &seen["handed_off"]), (&json!("open"), &json!(true)));
    assert_eq!(seen["ticketing_system"]["external_id"], "7");
    assert_eq!(seen["custom_data"]["plan"], "gold");
    let events = state["events"].as_array().unwrap();
    assert!(events.iter().any(|event| event["body"]["event"] == "conversation.closed"));
}

#[tokio::test]
async fn trouble_by_hand() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let fault = json!({ "method": "GET", "times": 1, "kind": { "status": [502, null] } });
    answer(control(&lab, Method::POST, "/faults").json(&fault)).await;
    assert_eq!(lab.get(&path).await.0, 502);
    answer(control(&lab, Method::POST, "/faults").json(&fault)).await;
    answer(control(&lab, Method::DELETE, "/faults")).await;
    assert_eq!(lab.get(&path).await.0, 200);
    answer(control(&lab, Method::PUT, "/down").json(&json!({ "down": true }))).await;
    assert_eq!(lab.get(&path).await.0, 503);
    let paths: Vec<_> = lab.sim.calls().into_iter().map(|call| call.path).collect();
    assert!(paths.iter().all(|path| !path.starts_with("/sim")), "{paths:?}");
}

#[tokio::test]
async fn mistakes_by_hand_are_named() {
    let lab = Lab::new().await;
    let reopen = control(&lab, Method::POST, "/sessions/gone/reopen");
    let (status, body) = answer(reopen).await;
    assert_eq!(status, 404);
    assert!(body["message"].as_str().unwrap().contains("gone"));
    let customer = control(&lab, Method::POST, "/customer").json(&json!({ "txt": "Hello" }));
    let (status, body) = answer(customer).await;
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().contains("txt"));
}

#[tokio::test]
async fn any_event_can_be_sent_by_hand() {
    let lab = Lab::new().await;
    let (receiver, url) = crate::support::Receiver::start(&[]).await;
    answer(control(&lab, Method::PUT, "/events-url").json(&json!({ "url": url }))).await;
    let event = json!({ "event": "conversation.closed", "data": [] });
    let (status, _) = answer(control(&lab, Method::POST, "/events").json(&event)).await;
    assert_eq!(status, 202);
    assert_eq!(receiver.wait_for(1).await, [event]);
}
