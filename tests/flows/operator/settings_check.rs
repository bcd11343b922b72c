//! `bridgectl settings check`.

use serde_json::{Value, json};
use tests::Bridge;

use super::{Change, Document, ctl};

/// The settings of a channel with this account.
fn channel(account: &str) -> Value {
    json!({ "sms": { "channel_id": hubspot_sim::DEMO_CHANNEL, "account_id": account } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_what_does_not_work_and_says_what_to_do() {
    let bridge = Bridge::start().await;
    let (text, result) = ctl(&bridge, &["settings", "check", "acme"]).await;
    result.unwrap_or_else(|problem| panic!("{problem}\n{text}"));
    for secret in ["demo-webhook-token", "demo-opencx-token", "pat-na1", "opencx-demo-key"] {
        assert!(!text.contains(secret), "{secret} is shown: {text}");
    }
    let (shown, _) = ctl(&bridge, &["settings", "check", "acme", "--show-secrets"]).await;
    let url = bridge.url(&bridge_local::demo::webhook_path());
    assert!(shown.contains(&url), "the URL to paste: {shown}");
    assert!(text.contains("opens OpenCX's API"), "{text}");
    for weak in ["weak secret", "opencx.unsigned"] {
        assert!(text.contains(weak), "the demo's {weak} is noted: {text}");
    }
    let made = bridge.portal().calls();
    assert!(made.iter().any(|call| call.path == "/crm/v3/properties/tickets"));

    let cases: [(Change, &str); 12] = [
        (|s| s["opencx"]["api_key"] = "another".into(), "OpenCX does not know it"),
        (|s| s["hubspot"]["access_token"] = "pat-wrong".into(), "Show token"),
        (|s| s["hubspot"]["access_token"] = "pat-na1-demo-crm".into(), "conversations.read"),
        (|s| s["hubspot"]["portal_id"] = 7.into(), "set hubspot.portal_id to 12345678"),
        (|s| s["hubspot"]["app_id"] = 7.into(), "set hubspot.app_id to 2345678"),
        (|s| s["hubspot"]["default_user_id"] = "A-444".into(), "names A-444"),
        (|s| s["routing"][0]["assign_to"] = "A-999".into(), "names A-999"),
        (|s| s["hubspot"]["pipeline"] = "9".into(), "hubspot.pipeline 9 is not there"),
        (|s| s["hubspot"]["closed_stage"] = "9".into(), "hubspot.closed_stage 9 is no stage"),
        (|s| s["channels"] = channel("90210502"), "account 90210502 is switched off"),
        (|s| s["channels"] = channel("7"), "has no account 7"),
        (
            |s| {
                s["channels"] = channel("90210501");
                s["hubspot"]["access_token"] = "pat-na1-demo-crm".into();
            },
            "conversations.custom_channels.write, files or files.write",
        ),
    ];
    bridge.portal().authorize_account("90210502", false).unwrap();
    for (change, said) in cases {
        let mut document = bridge_local::demo::settings();
        change(&mut document);
        let file = Document::of("check", &document);
        let (text, result) = ctl(&bridge, &["settings", "check", file.name()]).await;
        assert_eq!(result.map_err(|problem| problem.exit_code()), Err(1), "{said}\n{text}");
        let wrong: Vec<_> = text.lines().filter(|line| line.starts_with("WRONG")).collect();
        assert!(wrong.iter().any(|line| line.contains(said)), "{said} is not in {text}");
    }
}
