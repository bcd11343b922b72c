//! Input from strangers through the running parts: what cannot be acted upon has an
//! outcome all the same, and does not hurt what stands beside it.

use bridge_domain::outcome::Outcome;
use bridge_local::demo;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::Bridge;

const OPENCX: &str = "/webhooks/opencx/acme/demo-opencx-token";

async fn deliver(bridge: &Bridge, path: &str, body: impl Into<String>) -> (u16, Value) {
    let request = bridge.http.post(bridge.url(path)).body(body.into());
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

async fn unsigned() -> Bridge {
    Bridge::with_settings(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
        settings["unsigned"] = true.into();
    })
    .await
}

fn started(session: &str) -> Value {
    json!({ "event": "conversation.started", "event_id": format!("e-{session}"),
            "data": { "conversation_id": session, "contact": { "name": "Ann" } } })
}

fn changed(value: &str) -> Value {
    json!({ "subscriptionType": "ticket.propertyChange", "portalId": 12_345_678, "objectId": 5,
            "propertyName": "plan", "propertyValue": value, "eventId": 1, "occurredAt": 1 })
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_that_sqs_refuses_do_not_stop_a_delivery() {
    let bridge = unsigned().await;
    let mut odd = started("odd\u{1}");
    odd["data"]["contact"]["name"] = "\u{ffff}\u{fffe}".into();
    odd["event_id"] = "\u{ffff}".into();
    let (status, answer) = deliver(&bridge, OPENCX, json!([odd, started("s")]).to_string()).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(2)), "{answer}");
    let body = json!([changed("\u{ffff}")]).to_string();
    let (status, answer) = deliver(&bridge, &demo::webhook_path(), body).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(1)), "{answer}");
    bridge.quiet().await;
    assert_eq!(bridge.outcomes().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_character_does_not_stop_a_delivery() {
    let bridge = unsigned().await;
    let cut = started("cut").to_string().replace("Ann", r"Ann \ud83d");
    let (status, answer) = deliver(&bridge, OPENCX, format!("[{cut},{}]", started("s"))).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(2)), "{answer}");
    let body = json!([changed("x")]).to_string().replace("\"x\"", r#""\ud83d""#);
    let (status, answer) = deliver(&bridge, &demo::webhook_path(), body).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(1)), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_to_be_kept_is_parked_with_its_field() {
    let bridge = Bridge::start().await;
    let long = "x".repeat(500_000);
    let event = "conversation.handoff_to_human";
    for (field, event) in [
        ("data.conversation_id", json!({ "event": event, "data": { "conversation_id": long } })),
        ("data.conversation_id", json!({ "event": event, "event_id": long, "data": {} })),
        ("data", json!({ "event": event, "event_id": "\u{1}", "data": [] })),
    ] {
        let mut event = event;
        event["organization_id"] = "acme".into();
        let before = bridge.outcomes().await.len();
        bridge.event(&event).await;
        bridge.quiet().await;
        let outcomes = bridge.outcomes().await;
        assert_eq!(outcomes.len(), before + 1, "{field}");
        let error = outcomes[before].error.clone().unwrap_or_default();
        assert_eq!(outcomes[before].outcome, Outcome::Parked, "{field}");
        assert!(error.starts_with(field) && error.len() < 2_000, "{field}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_has_is_not_let_in() {
    let bridge = Bridge::start().await;
    for org in ["x".repeat(4_000), "%00".to_owned(), "a%2Fb".to_owned()] {
        for vendor in ["hubspot", "opencx"] {
            let path = format!("/webhooks/{vendor}/{org}/demo-webhook-token");
            assert_eq!(deliver(&bridge, &path, "[]").await.0, 401, "{vendor} {org:.9}");
        }
    }
}

/// Each is one delivery of three events, of which the middle one is hostile.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_event_never_hurts_its_neighbours() {
    let bridge = unsigned().await;
    let sample: Value = serde_json::from_str(include_str!("../../../events/started.json")).unwrap();
    let property: Value =
        serde_json::from_str(include_str!("../../../events/hubspot-property.json")).unwrap();
    let opencx = adversarial_inputs::mutated(sample).prop_map(|event| (OPENCX.to_owned(), event));
    let hubspot =
        adversarial_inputs::mutated(property).prop_map(|event| (demo::webhook_path(), event));
    let input = prop_oneof![opencx, hubspot];
    let mut runner = TestRunner::default();
    let mut accepted = 0;
    for at in 0..40 {
        let (path, hostile) = input.new_tree(&mut runner).unwrap().current();
        let (one, other) = (format!("{at}-a"), format!("{at}-b"));
        let neighbours = match path.as_str() {
            OPENCX => [started(&one), started(&other)],
            _ => [changed(&one), changed(&other)].map(|mut event| {
                event["objectId"] = event["propertyValue"].clone();
                event
            }),
        };
        let [one, other] = neighbours;
        let body = json!([one, hostile, other]).to_string();
        if body.len() > 1024 * 1024 {
            continue;
        }
        let (status, answer) = deliver(&bridge, &path, body).await;
        assert_eq!(status, 200, "{answer} {hostile:.200}");
        let taken = answer["accepted"].as_u64().unwrap();
        assert!(taken >= 2, "{answer}");
        accepted += usize::try_from(taken).unwrap();
    }
    bridge.quiet().await;
    let seen = bridge.outcomes().await.len();
    assert!(seen <= accepted && seen + 40 >= accepted, "{seen} outcomes of {accepted} events");
}
