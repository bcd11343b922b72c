//! Looking for a conversation, and the health of the bridge, as an operator types it.

use hubspot_sim::Channel;
use serde_json::Value;
use tests::{Bridge, ann, eventually, handoff_event};

use super::ctl;

async fn json(bridge: &Bridge, command: &[&str]) -> Option<Value> {
    let (text, result) = ctl(bridge, &[command, &["--json"]].concat()).await;
    result.ok()?;
    serde_json::from_str(&text).ok()
}

#[tokio::test]
async fn a_conversation_is_found_by_its_session_and_by_its_ticket() {
    let bridge = Bridge::start().await;
    bridge.event(&handoff_event("s-1")).await;
    // An event has no outcome before its end, while its ticket is there.
    bridge.quiet().await;
    let found = eventually("the session's ticket", || async {
        let found = json(&bridge, &["find", "s-1"]).await?;
        let ticket = found["links"].as_array()?.iter().find(|link| link["kind"] == "ticket")?;
        Some(ticket["id"].as_str()?.to_owned())
    })
    .await;
    let by_ticket = json(&bridge, &["timeline", &found]).await.expect("its timeline");
    let functions: Vec<_> = by_ticket.as_array().unwrap().iter().map(|e| &e["function"]).collect();
    assert!(functions.iter().any(|function| *function == "handoff"), "{functions:?}");
    assert!(!by_ticket.to_string().contains("own_change"), "echoes are left out");
    let by_email = json(&bridge, &["find", "Ann@Example.org"]).await.expect("by their address");
    assert!(by_email["links"].to_string().contains(&found), "{by_email}");
    let (_, result) = ctl(&bridge, &["find", "nobody"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3);
}

#[tokio::test]
async fn a_customer_whom_only_the_ai_knows_is_found_by_address() {
    let bridge = Bridge::start().await;
    let mail = ann(Channel::Email, None, "Where is my order?");
    let address = mail.email.clone().expect("she mails").to_uppercase();
    let thread = bridge.portal().customer_writes(mail).unwrap().thread;
    bridge.quiet().await;
    let found = json(&bridge, &["find", &address]).await.expect("by their address");
    assert!(found["links"].to_string().contains(&thread), "{found}");
    assert!(found["events"].to_string().contains("reply-sync"), "{found}");
}

#[tokio::test]
async fn the_status_tells_of_organisations_and_queues() {
    let bridge = Bridge::start().await;
    let (orgs, result) = ctl(&bridge, &["settings", "list"]).await;
    result.unwrap();
    assert_eq!(orgs, "acme\n");
    let status = json(&bridge, &["status"]).await.expect("the status");
    assert_eq!(status["orgs"][0]["org"], "acme");
    assert_eq!(status["orgs"][0]["breakers"]["hubspot"]["state"], "closed");
    assert_eq!(status["queues"].as_array().map(Vec::len), Some(bridge_store::Queue::ALL.len()));
}
