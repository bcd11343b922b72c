//! Vendors that are down, and tokens that they do not know.

use bridge_domain::outcome::Outcome;
use hubspot_sim::Channel;
use tests::{Bridge, ann, handoff_event, seen};

use super::{TOKEN, heard, nothing_is_parked, store};

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
