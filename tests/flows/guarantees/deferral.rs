//! Events that cannot be handled now are deferred, and nothing is lost, doubled or overtaken.

use bridge_domain::outcome::Outcome;
use bridge_domain::settings::Settings;
use bridge_local::demo;
use hubspot_sim::Channel;
use opencx_sim::Sender;
use serde_json::Value;
use tests::{Bridge, ann, eventually, handoff_event, seen};

const TOKEN: &str = "pat-na1-demo-support";

/// Stores changed settings of the demo organisation.
async fn store(bridge: &Bridge, change: impl FnOnce(&mut Value)) {
    let mut document = demo::settings();
    change(&mut document);
    let text = document.to_string();
    let settings = Settings::from_json(&text).unwrap();
    bridge.stack().table().put_settings(&settings.org, &text).await.unwrap();
}

/// Returns what customers said in the only session, in order.
fn heard(bridge: &Bridge) -> Vec<String> {
    let history = bridge.opencx().sessions().remove(0).history.into_iter();
    let said = history.filter(|entry| entry.sender == Sender::Contact);
    said.map(|entry| entry.text).collect()
}

async fn nothing_is_parked(bridge: &Bridge) {
    let outcomes = bridge.outcomes().await;
    let parked: Vec<_> =
        outcomes.iter().filter(|record| record.outcome == Outcome::Parked).collect();
    assert!(parked.is_empty(), "{parked:?}");
}

#[derive(Clone, Copy, Debug)]
enum Vendor {
    HubSpot,
    OpenCx,
}

fn set_down(bridge: &Bridge, vendor: Vendor, down: bool) {
    match vendor {
        Vendor::HubSpot => bridge.portal().set_down(down),
        Vendor::OpenCx => bridge.opencx().set_down(down),
    }
}

fn refused(bridge: &Bridge, status: u16) -> usize {
    let hubspot = bridge.portal().calls().iter().filter(|call| call.status == Some(status)).count();
    let opencx = bridge.opencx().calls().iter().filter(|call| call.status == Some(status)).count();
    hubspot + opencx
}

async fn outlives_an_outage(vendor: Vendor) {
    let bridge = Bridge::start().await;
    let first = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "0")).unwrap();
    bridge.quiet().await;
    set_down(&bridge, vendor, true);
    for at in 1..=3 {
        let message = ann(Channel::LiveChat, Some(&first.thread), &at.to_string());
        bridge.portal().customer_writes(message).unwrap();
    }
    // The breaker is open from the fifth on.
    seen("a vendor that is down", || (refused(&bridge, 503) >= 5).then_some(())).await;
    let message = ann(Channel::LiveChat, Some(&first.thread), "4");
    bridge.portal().customer_writes(message).unwrap();
    set_down(&bridge, vendor, false);
    seen("the last message", || (heard(&bridge).len() >= 5).then_some(())).await;
    bridge.quiet().await;
    assert_eq!(heard(&bridge), ["0", "1", "2", "3", "4"], "each once, in order");
    nothing_is_parked(&bridge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_outlives_an_outage_of_hubspot_in_order() {
    outlives_an_outage(Vendor::HubSpot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_outlives_an_outage_of_opencx_in_order() {
    outlives_an_outage(Vendor::OpenCx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_token_is_read_again_at_the_first_401() {
    let bridge = Bridge::start().await;
    let first = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "0")).unwrap();
    bridge.quiet().await;
    bridge.portal().rotate_token(TOKEN, "rotated");
    store(&bridge, |settings| settings["hubspot"]["access_token"] = "rotated".into()).await;
    for at in 1..=3 {
        let message = ann(Channel::LiveChat, Some(&first.thread), &at.to_string());
        bridge.portal().customer_writes(message).unwrap();
    }
    seen("the last message", || (heard(&bridge).len() >= 4).then_some(())).await;
    bridge.quiet().await;
    assert_eq!(heard(&bridge), ["0", "1", "2", "3"]);
    nothing_is_parked(&bridge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_until_somebody_stores_the_right_token() {
    let bridge = Bridge::start().await;
    bridge.portal().rotate_token(TOKEN, "rotated");
    for session in ["s-1", "s-2", "s-3"] {
        bridge.event(&handoff_event(session)).await;
    }
    seen("a refused token", || (refused(&bridge, 401) > 0).then_some(())).await;
    store(&bridge, |settings| settings["hubspot"]["access_token"] = "rotated".into()).await;
    for session in ["s-1", "s-2", "s-3"] {
        let id = format!("handoff-{session}");
        let done = bridge.outcome(&id, |record| record.event_id == id).await;
        assert_eq!(done.outcome, Outcome::Applied, "{done:?}");
    }
    assert_eq!(bridge.portal().tickets().len(), 1, "they are of one customer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_organisation_loses_nothing() {
    let bridge = Bridge::with_settings(|settings| settings["paused"] = true.into()).await;
    let first = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "0")).unwrap();
    let second = ann(Channel::LiveChat, Some(&first.thread), "1");
    bridge.portal().customer_writes(second).unwrap();
    let org = Settings::from_json(&demo::settings().to_string()).unwrap().org;
    eventually("a deferred event", || async {
        bridge.stack().table().activity(&org).await.unwrap().last_paused_at
    })
    .await;
    assert!(bridge.opencx().sessions().is_empty() && bridge.outcomes().await.is_empty());
    store(&bridge, |_| {}).await;
    seen("the session", || (!bridge.opencx().sessions().is_empty()).then_some(())).await;
    seen("both messages", || (heard(&bridge).len() >= 2).then_some(())).await;
    bridge.quiet().await;
    assert_eq!(heard(&bridge), ["0", "1"]);
}
