//! `bridgectl settings put` and `get`.

use serde_json::json;
use tests::Bridge;

use super::{Change, Document, ctl, ctl_json};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_stored_when_they_are_right_and_shown_without_secrets() {
    let bridge = Bridge::start().await;
    let mut document = bridge_local::demo::settings();
    document["ticketing_enabled"] = false.into();
    document["webhook_token"] = "demo-webhook-token-for-hubspot".into();
    document["opencx"]["webhook_token"] = "demo-webhook-token-for-opencx".into();
    document["opencx"]["webhook_secret"] = "demo-signing-secret".into();
    let file = Document::of("settings", &document);
    ctl_json(&bridge, &["settings", "put", file.name()]).await;
    let (text, _) = ctl(&bridge, &["settings", "get", "acme"]).await;
    assert!(text.contains("\"ticketing_enabled\": false") && text.contains("(hidden)"));
    let secrets =
        ["demo-webhook-token", "demo-client-secret", "pat-na1", "opencx-demo-key", "demo-signing"];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}");
    }
    let (text, _) = ctl(&bridge, &["settings", "get", "acme", "--show-secrets"]).await;
    assert!(text.contains("demo-webhook-token"));
    let right = document.clone();
    document["hubspot"]["portal_id"] = "many".into();
    let file = Document::of("bad-settings", &document);
    let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
    assert!(problem.exit_code() == 2 && problem.to_string().contains("hubspot.portal_id"));
    let (_, result) = ctl(&bridge, &["settings", "get", "nobody"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3);

    let weak: [(Change, &str); 4] = [
        (
            |s| s["hubspot"]["access_token"] = json!({ "secret": "other/hubspot" }),
            "hubspot.access_token",
        ),
        (|s| s["hubspot"]["client_secret"] = "".into(), "hubspot.client_secret"),
        (|s| s["webhook_token"] = "a".into(), "webhook_token"),
        (|s| s["opencx"]["webhook_token"] = s["webhook_token"].clone(), "must differ"),
    ];
    for (weaken, named) in weak {
        let mut document = right.clone();
        weaken(&mut document);
        let file = Document::of("weak-settings", &document);
        let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
        assert!(problem.exit_code() == 2 && problem.to_string().contains(named), "{problem}");
    }
    // Two organisations with one portal would answer each customer twice.
    let mut second = right.clone();
    second["org"] = "second".into();
    let file = Document::of("second", &second);
    let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
    assert!(problem.to_string().contains("hubspot.portal_id"), "{problem}");
    let (_, result) = ctl(&bridge, &["settings", "get", "second"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nothing was stored");
    // Once the first has another portal, this one is free.
    let mut moved = right;
    moved["hubspot"]["portal_id"] = 87_654_321.into();
    let files = [Document::of("moved", &moved), file];
    for file in &files {
        ctl_json(&bridge, &["settings", "put", file.name()]).await;
    }
}
