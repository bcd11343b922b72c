//! Authentication of HubSpot's deliveries, and the events made of them.

use bridge_local::demo;
use serde_json::{Value, json};
use tests::Bridge;

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

fn message(id: &str) -> Value {
    json!({ "eventId": 1, "portalId": 12_345_678, "occurredAt": 1, "attemptNumber": 0,
            "subscriptionType": "conversation.newMessage", "objectId": 77, "messageId": id,
            "messageType": "MESSAGE" })
}

#[tokio::test(flavor = "multi_thread")]
async fn only_signed_deliveries_with_the_right_token_are_let_in() {
    let bridge = Bridge::start().await;
    let right = demo::webhook_path();
    assert_eq!(bridge.deliver_signed(&right, "[]").await.0, 200);
    let mut bodies = Vec::new();
    for path in ["/webhooks/hubspot/acme/wrong", "/webhooks/hubspot/nobody/demo-webhook-token"] {
        let (status, body) = bridge.deliver_signed(path, "[]").await;
        assert_eq!(status, 401, "{path}");
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1], "an unknown organisation looks like a wrong token");
    let unsigned = bridge.http.post(bridge.url(&right)).body("[]");
    assert_eq!(answer(unsigned).await.0, 401);
    let wrong = bridge.http.post(bridge.url(&right)).body("[]");
    let wrong =
        wrong.header("X-HubSpot-Signature", "00").header("X-HubSpot-Signature-Version", "v1");
    assert_eq!(answer(wrong).await.0, 503, "it may be of a secret that was rotated");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_client_secret_the_url_alone_lets_in() {
    let bridge = Bridge::with_settings(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
        settings["unsigned"] = true.into();
    })
    .await;
    let unsigned = bridge.http.post(bridge.url(&demo::webhook_path())).body("[]");
    assert_eq!(answer(unsigned).await, (200, json!({ "accepted": 0, "ignored": 0 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_delivery_is_refused() {
    let bridge = Bridge::start().await;
    let path = demo::webhook_path();
    for bad in ["", "{", "{}", "\"x\"", "null", "[1"] {
        assert_eq!(bridge.deliver_signed(&path, bad).await.0, 400, "{bad:?}");
    }
    let large = format!("[\"{}\"]", "x".repeat(1024 * 1024));
    assert_eq!(bridge.deliver_signed(&path, &large).await.0, 413);
    let get = bridge.http.get(bridge.url(&path));
    assert_eq!(answer(get).await.0, 405);
    assert_eq!(bridge.deliver_signed("/webhooks/other/acme/x", "[]").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_or_unknown_event_does_not_hurt_its_neighbours() {
    let bridge = Bridge::start().await;
    let mut other_portal = message("c");
    other_portal["portalId"] = 1.into();
    let mut comment = message("d");
    comment["messageType"] = "COMMENT".into();
    let events = json!([
        message("a"), { "subscriptionType": "contact.creation", "portalId": 12_345_678, "objectId": 1 },
        { "subscriptionType": "conversation.newMessage" }, null, 7, message("a"), message("b"),
        other_portal, comment,
    ]);
    let (status, body) = bridge.deliver_signed(&demo::webhook_path(), &events.to_string()).await;
    assert_eq!((status, body), (200, json!({ "accepted": 2, "ignored": 7 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_queues_do_not_answer_the_vendor_is_asked_to_deliver_again() {
    let bridge = Bridge::start().await;
    let body = json!([message("a")]).to_string();
    bridge.stack().sqs().set_unavailable(true);
    assert_eq!(bridge.deliver_signed(&demo::webhook_path(), &body).await.0, 503);
    bridge.stack().sqs().set_unavailable(false);
    assert_eq!(bridge.deliver_signed(&demo::webhook_path(), &body).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn opencx_may_deliver_by_webhook() {
    let bridge = Bridge::start().await;
    let mut other = tests::handoff_event("s-2");
    other["organization_id"] = "somebody-else".into();
    let mut without_org = tests::handoff_event("s-1");
    without_org.as_object_mut().unwrap().remove("organization_id");
    let events = json!([without_org, other, { "event": "conversation.agent_response" }]);
    let url = bridge.url("/webhooks/opencx/acme/demo-opencx-token");
    let (status, body) = answer(bridge.http.post(url).json(&events)).await;
    assert_eq!((status, body), (200, json!({ "accepted": 1, "ignored": 2 })));
    let record = bridge.outcome_of("handoff").await;
    assert_eq!(record.session.unwrap().as_str(), "s-1");
    let wrong = bridge.url("/webhooks/opencx/acme/wrong");
    assert_eq!(answer(bridge.http.post(wrong).json(&events)).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_swapped_within_a_delivery_reach_the_ai_in_their_order() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    portal.set_webhook_url(None);
    let at = 1_795_294_080_000_u64;
    // The moments of the messages one, two, three; the order in which they are announced.
    for (moments, order) in [
        ([json!(at), json!(at + 1), json!(at + 2)], [0, 2, 1]),
        ([json!(at), json!((at + 1).to_string()), json!(at + 2)], [2, 1, 0]),
        (
            [json!("2026-11-21T20:48:00Z"), json!("2026-11-21T20:48:01Z"), json!(at + 2_000)],
            [1, 2, 0],
        ),
        // One without a moment stays behind the one before it.
        ([json!(at), json!(null), json!(at + 2)], [2, 0, 1]),
    ] {
        let mut thread = None;
        let events = ["one", "two", "three"].iter().zip(&moments).map(|(text, moment)| {
            let written = tests::ann(hubspot_sim::Channel::LiveChat, thread.as_deref(), text);
            let written = portal.customer_writes(written).unwrap();
            let mut event = message(&written.message);
            event["objectId"] = written.thread.parse::<u64>().unwrap().into();
            event["occurredAt"] = moment.clone();
            thread = Some(written.thread);
            event
        });
        let events: Vec<Value> = events.collect();
        let announced: Vec<&Value> = order.iter().map(|at| &events[*at]).collect();
        let known = bridge.opencx().sessions().len();
        let (status, body) =
            bridge.deliver_signed(&demo::webhook_path(), &json!(announced).to_string()).await;
        assert_eq!((status, &body["accepted"]), (200, &json!(3)), "{body}");
        bridge.quiet().await;
        let sessions = bridge.opencx().sessions();
        assert_eq!(sessions.len(), known + 1, "{moments:?}");
        let history = &sessions.last().unwrap().history;
        let said: Vec<_> = history.iter().map(|entry| entry.text.as_str()).collect();
        let said: Vec<_> =
            said.into_iter().filter(|text| ["one", "two", "three"].contains(text)).collect();
        assert_eq!(said, ["one", "two", "three"], "{moments:?}");
    }
}
