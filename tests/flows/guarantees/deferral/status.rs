//! The status counts what waits and what is deferred.

use bridge_store::now_ms;
use serde_json::{Value, json};
use tests::{Bridge, eventually};

use super::{handoff_of, org, store, with_other_org};

/// Returns the counts of waiting and deferred messages that an organisation's status tells.
async fn counts(bridge: &Bridge, org: &str) -> (u64, u64) {
    let status = reqwest::get(bridge.url(&format!("/orgs/{org}/status"))).await.unwrap();
    let status: Value = status.json().await.unwrap();
    (status["waiting"].as_u64().unwrap(), status["deferred"].as_u64().unwrap())
}

async fn has_deferred(bridge: &Bridge, least: u64) {
    eventually("the deferred messages", || async {
        (counts(bridge, "acme").await.1 >= least).then_some(())
    })
    .await;
    assert_eq!(counts(bridge, "other").await.1, 0, "they are counted by organisation");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_counts_what_waits_and_what_is_deferred() {
    let bridge = with_other_org().await;
    let began = now_ms();
    bridge.portal().set_down(true);
    let down: Vec<Value> = (0..5).map(|at| handoff_of("acme", &format!("ann{at}"))).collect();
    bridge.event(&json!(down)).await;
    has_deferred(&bridge, 5).await;
    let oldest = bridge.stack().table().deferred(&org()).await.unwrap().oldest.unwrap();
    assert!((began..=now_ms()).contains(&oldest), "the oldest was sent in this test");
    bridge.portal().set_down(false);
    bridge.quiet().await;
    assert_eq!(counts(&bridge, "acme").await, (0, 0), "they are handled");
    store(&bridge, |settings| settings["paused"] = true.into()).await;
    // Settings are read again within half a minute; until then events are handled.
    eventually("a pause", || async {
        bridge.event(&handoff_of("acme", &format!("bob{}", now_ms()))).await;
        bridge.stack().table().activity(&org()).await.unwrap().last_paused_at
    })
    .await;
    has_deferred(&bridge, 1).await;
}
