//! OpenCX's webhooks: a token of their own, and signatures.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tests::{Bridge, handoff_event};

const TOKEN: &str = "demo-opencx-token";
const SECRET: &str = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

async fn signing() -> Bridge {
    Bridge::with_settings(|settings| {
        settings["opencx"]["unsigned"] = false.into();
        settings["opencx"]["webhook_secret"] = SECRET.into();
    })
    .await
}

async fn deliver(bridge: &Bridge, token: &str, key: Option<&[u8]>, at: u64) -> u16 {
    let body = handoff_event("s-1").to_string();
    let url = bridge.url(&format!("/webhooks/opencx/acme/{token}"));
    let mut request = bridge.http.post(url).body(body.clone());
    if let Some(key) = key {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(format!("msg_1.{at}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        request = request.header("webhook-id", "msg_1").header("webhook-timestamp", at);
        request = request.header("webhook-signature", signature);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_as_opencx_without_its_signature() {
    let bridge = signing().await;
    let right: Option<&[u8]> = Some(b"secret of the tests");
    assert_eq!(deliver(&bridge, TOKEN, None, now()).await, 401, "unsigned");
    assert_eq!(deliver(&bridge, TOKEN, right, now() - 400).await, 401, "stale");
    assert_eq!(deliver(&bridge, TOKEN, right, now() + 400).await, 401, "to come");
    assert_eq!(deliver(&bridge, TOKEN, Some(b"another"), now()).await, 503, "to be mended");
    assert_eq!(deliver(&bridge, "demo-webhook-token", right, now()).await, 401, "HubSpot's token");
    bridge.quiet().await;
    assert_eq!(bridge.outcomes().await.len(), 0);
    assert_eq!(deliver(&bridge, TOKEN, right, now()).await, 200);
    bridge.outcome_of("handoff").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_token_and_a_rotated_secret_lose_nothing() {
    let bridge = Bridge::with_settings(|settings| {
        settings["opencx"]["unsigned"] = false.into();
        settings["opencx"]["webhook_token"] = "the-new-token".into();
        settings["opencx"]["previous_webhook_token"] = TOKEN.into();
        settings["opencx"]["webhook_secret"] = "the new secret".into();
        settings["opencx"]["previous_webhook_secret"] = SECRET.into();
    })
    .await;
    let secrets: [&[u8]; 2] = [b"the new secret", b"secret of the tests"];
    for (token, secret) in [("the-new-token", secrets[0]), ("the-new-token", secrets[1])]
        .into_iter()
        .chain([(TOKEN, secrets[0]), (TOKEN, secrets[1])])
    {
        assert_eq!(deliver(&bridge, token, Some(secret), now()).await, 200, "{token}");
    }
    assert_eq!(deliver(&bridge, "another", Some(secrets[0]), now()).await, 401);
    assert_eq!(deliver(&bridge, TOKEN, Some(b"a stranger's"), now()).await, 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_route_is_closed_unless_the_settings_open_it() {
    for open in ["webhook_token", "unsigned"] {
        let bridge = Bridge::with_settings(|settings| {
            settings["opencx"].as_object_mut().unwrap().remove(open);
        })
        .await;
        for token in [TOKEN, "demo-webhook-token", ""] {
            let status = deliver(&bridge, token, None, now()).await;
            assert!([401, 404].contains(&status), "{open}, {token}: {status}");
        }
    }
    let same = Bridge::with_settings(|settings| {
        settings["opencx"]["webhook_token"] = "demo-webhook-token".into();
    })
    .await;
    assert_eq!(deliver(&same, "demo-webhook-token", None, now()).await, 401, "one token for both");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_of_any_size_brings_a_human() {
    let bridge = Bridge::start().await;
    let mut event = handoff_event("s-1");
    let words = "x".repeat(1_200_000);
    event["data"]["transcript"] = serde_json::json!([{ "sender": "contact", "text": words }]);
    let url = bridge.url(&format!("/webhooks/opencx/acme/{TOKEN}"));
    let answer = bridge.http.post(&url).json(&event).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(bridge.outcome_of("handoff").await.ticket.is_some());
    event["data"]["summary"] = words.into();
    let answer = bridge.http.post(&url).json(&event).send().await.unwrap();
    assert_eq!(answer.status(), 413, "nothing else of it may be left out");
}
