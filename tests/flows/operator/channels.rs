//! `bridgectl channels`, from the app's first Custom Channel to a checked connection.

use bridge_local::demo;
use bridge_operator::{Cli, Operator, Problem, run};
use clap::Parser;
use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL};
use serde_json::{Value, json};
use tests::Bridge;

/// Types a command with the developer's key.
async fn ctl(bridge: &Bridge, command: &[&str], key: &str) -> (String, Result<(), Problem>) {
    let cli = Cli::try_parse_from([&["bridgectl"], command].concat()).expect("it can be typed");
    let (environment, clients) = bridge.stack().environment();
    let operator = Operator::new(environment, clients).with_developer_key(Some(key.to_owned()));
    let mut out = Vec::new();
    let result = run(&cli, &operator, &mut out).await;
    (String::from_utf8(out).unwrap(), result)
}

const KEY: &str = "demo-developer-key";

async fn done(bridge: &Bridge, command: &[&str]) -> Value {
    let (text, result) = ctl(bridge, &[command, &["--json"]].concat(), KEY).await;
    result.unwrap_or_else(|problem| panic!("{command:?}: {problem}\n{text}"));
    serde_json::from_str(&text).unwrap()
}

async fn refused(bridge: &Bridge, command: &[&str], key: &str) -> String {
    ctl(bridge, command, key).await.1.unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_created_once_and_connected_once_to_an_inbox() {
    let bridge = Bridge::start().await;
    let create = ["channels", "create", "acme", "--name", "Chats"];
    let created = done(&bridge, &create).await;
    assert_eq!(created["created"], true);
    assert_eq!(done(&bridge, &create).await["created"], false, "once per app");
    let channel = created["channel_id"].as_str().unwrap();
    let made = bridge.portal().custom_channels().into_iter().find(|one| one.id == channel);
    let url = bridge.url(&format!("{}/channel", demo::webhook_path()));
    assert_eq!(made.unwrap().webhook_url, Some(url));

    let connect = [
        "channels",
        "connect",
        "acme",
        "whatsapp",
        "--inbox",
        "help desk",
        "--channel-id",
        channel,
    ];
    let connected = done(&bridge, &connect).await;
    assert_eq!(connected["connected"], true);
    let account = connected["channels"]["whatsapp"]["account_id"].as_str().unwrap();
    let again = done(&bridge, &connect).await;
    assert_eq!(again["connected"], false, "once per inbox");
    assert_eq!(again["channels"], connected["channels"]);
    let accounts = bridge.portal().channel_accounts();
    let made = accounts.iter().find(|one| one.id == account).unwrap();
    assert_eq!((made.inbox_id.as_str(), made.name.as_str()), ("76310022", "OpenCX WhatsApp"));
    let listed = done(&bridge, &["channels", "list", "acme", "--channel-id", channel]).await;
    assert_eq!(listed["accounts"][0]["usable"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_the_way_out() {
    let bridge = Bridge::start().await;
    let connect = ["channels", "connect", "acme", "sms", "--inbox", "Sales"];
    let cases: [(&[&str], &str, &str); 6] = [
        (&["channels", "create", "acme"], "", "HUBSPOT_DEVELOPER_KEY"),
        (&["channels", "create", "acme"], "another", "developer account"),
        (&["channels", "create", "nobody"], KEY, "no settings for nobody"),
        (&connect, KEY, "there are: Support, Help Desk"),
        (&["channels", "list", "acme", "--channel-id", "7"], KEY, "no such Custom Channel"),
        (&["channels", "check", "acme"], KEY, "channels connect"),
    ];
    for (command, key, expected) in cases {
        let told = refused(&bridge, command, key).await;
        assert!(told.contains(expected), "{command:?}: {told}");
        assert!(!told.contains(KEY) || KEY == expected, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_whether_each_channel_takes_messages() {
    let bridge = Bridge::with_settings(|settings| {
        *settings = demo::with_channels(settings.clone(), &["whatsapp", "web"]);
    })
    .await;
    let url = bridge.url(&format!("{}/channel", demo::webhook_path()));
    bridge.portal().set_channel_webhook_url(DEMO_CHANNEL, Some(url)).unwrap();
    let checked = done(&bridge, &["channels", "check", "acme"]).await;
    assert_eq!(checked["ok"], json!(true), "{checked}");
    bridge.portal().authorize_account(DEMO_ACCOUNTS[0].1, false).unwrap();
    bridge.portal().purge_account(DEMO_ACCOUNTS[2].1).unwrap();
    bridge.portal().set_channel_webhook_url(DEMO_CHANNEL, None).unwrap();
    let (text, result) = ctl(&bridge, &["channels", "check", "acme"], KEY).await;
    assert!(result.is_err());
    for expected in ["switched off", "has no account", "leads elsewhere"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains(demo::WEBHOOK_TOKEN), "{text}");
}
