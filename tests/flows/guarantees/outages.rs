//! A vendor is down while everybody goes on: afterwards all that happened has arrived.
//! `cargo run -- story --outage hubspot` plays the same for longer.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use bridge_story::outage::{Vendor, outage};
use hubspot_sim::{Channel, Direction};
use serde_json::json;
use tests::{Bridge, ann, seen};

const OUTAGE: Duration = Duration::from_secs(16);

async fn survives(vendor: Vendor) {
    let bridge = Bridge::start().await;
    if let Err(wrong) = outage(bridge.world(), vendor, OUTAGE).await {
        panic!("{vendor:?}: {wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspot_is_down_and_everything_arrives_afterwards() {
    survives(Vendor::HubSpot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opencx_is_down_and_everything_arrives_afterwards() {
    survives(Vendor::OpenCx).await;
}

fn answers(bridge: &Bridge, text: &str) {
    let session = bridge.opencx().sessions().remove(0).id;
    bridge.opencx().emit(json!({
        "event": "conversation.ai_response", "event_id": text, "organization_id": "acme",
        "data": { "conversation_id": session, "message": text },
    }));
}

/// The owner is read before each public post, so that an answer meets an outage before its
/// own call leaves, and waits.
#[tokio::test(flavor = "multi_thread")]
async fn answers_given_during_an_outage_wait_for_its_end_and_keep_their_order() {
    let bridge = Bridge::start().await;
    let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
    bridge.quiet().await;
    bridge.portal().set_down(true);
    answers(&bridge, "The first.");
    answers(&bridge, "The second.");
    seen("the first tried", || {
        bridge.portal().calls().iter().any(|call| call.status == Some(503)).then_some(())
    })
    .await;
    bridge.portal().set_down(false);
    bridge.quiet().await;
    let all = bridge.portal().messages(&sent.thread).into_iter();
    let outgoing = all.filter(|one| one.direction() == Some(Direction::Outgoing));
    let texts: Vec<_> = outgoing.map(|one| one.text().to_owned()).collect();
    assert_eq!(texts[texts.len() - 2..], ["The first.", "The second."], "{texts:?}");
    let outcomes = bridge.outcomes().await;
    assert!(outcomes.iter().all(|record| record.outcome != Outcome::Parked), "{outcomes:?}");
}
