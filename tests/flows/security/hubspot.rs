//! HubSpot's webhooks: signatures, replays and rotated secrets.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_local::demo;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::Bridge;

const SECRET: &str = "demo-client-secret";
const DAY: u64 = 24 * 60 * 60 * 1_000;

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn event(occurred_at: &Value) -> String {
    json!([{ "subscriptionType": "ticket.propertyChange", "portalId": 12_345_678, "objectId": 5,
             "propertyName": "plan", "propertyValue": "x", "occurredAt": occurred_at }])
    .to_string()
}

async fn status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

async fn v1(bridge: &Bridge, body: &str) -> u16 {
    let signature = hex::encode(Sha256::digest(format!("{SECRET}{body}").as_bytes()));
    let request = bridge.http.post(bridge.url(&demo::webhook_path())).body(body.to_owned());
    status(request.header("X-HubSpot-Signature", signature)).await
}

async fn v3(bridge: &Bridge, body: &str, secret: &str) -> u16 {
    let url = bridge.url(&demo::webhook_path());
    let millis = now().to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    for part in ["POST", &url, body, &millis] {
        mac.update(part.as_bytes());
    }
    let request = bridge.http.post(&url).body(body.to_owned());
    let request = request.header("X-HubSpot-Request-Timestamp", millis);
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    status(request.header("X-HubSpot-Signature-v3", signature)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_delivery_cannot_be_sent_again_with_its_old_signature() {
    let bridge = Bridge::start().await;
    for old in [json!(now() - 40 * DAY), json!(now() - DAY - 6 * 60_000), json!(null), json!("x")] {
        assert_eq!(v1(&bridge, &event(&old)).await, 401, "{old}");
    }
    assert_eq!(v1(&bridge, "[]").await, 401);
    assert_eq!(v1(&bridge, &event(&json!(now() - DAY))).await, 200, "HubSpot still tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_signed_with_v3_is_not_believed_with_less() {
    let bridge = Bridge::start().await;
    let body = event(&json!(now()));
    assert_eq!(v1(&bridge, &body).await, 200);
    assert_eq!(v3(&bridge, &body, SECRET).await, 200);
    assert_eq!(v1(&bridge, &body).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_client_secret_loses_nothing() {
    let bridge = Bridge::with_settings(|settings| {
        settings["hubspot"]["client_secret"] = "the new one".into();
        settings["hubspot"]["previous_client_secret"] = SECRET.into();
    })
    .await;
    let body = event(&json!(now()));
    assert_eq!(v3(&bridge, &body, "the new one").await, 200);
    assert_eq!(v3(&bridge, &body, SECRET).await, 200, "the previous one");
    assert_eq!(v3(&bridge, &body, "a stranger's").await, 503, "delivered again, not lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_token_opens_beside_the_one_before() {
    let bridge = Bridge::with_settings(|settings| {
        settings["webhook_token"] = "the-new-one".into();
        settings["previous_webhook_token"] = demo::WEBHOOK_TOKEN.into();
    })
    .await;
    let statuses = async |token: &str| {
        let url = bridge.url(&format!("/webhooks/hubspot/acme/{token}"));
        let signature = hex::encode(Sha256::digest(format!("{SECRET}{}", event(&json!(now())))));
        let request = bridge.http.post(url).body(event(&json!(now())));
        status(request.header("X-HubSpot-Signature", signature)).await
    };
    assert_ne!(statuses("the-new-one").await, 401);
    assert_ne!(statuses(demo::WEBHOOK_TOKEN).await, 401, "HubSpot still calls the old URL");
    assert_eq!(statuses("another").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_the_settings_must_say_unsigned() {
    let bridge = Bridge::with_settings(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
    })
    .await;
    let request = bridge.http.post(bridge.url(&demo::webhook_path())).body("[]");
    assert_eq!(status(request).await, 401);
}
