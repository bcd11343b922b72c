//! A vendor is down while everybody goes on: afterwards all that happened has arrived.
//! `cargo run -- story --outage hubspot` plays the same for longer.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use bridge_story::outage::{Vendor, outage};
use hubspot_sim::{Channel, Direction};
use serde_json::json;
use tests::{Bridge, ann, seen};

use crate::operator::parked::ctl;

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

/// A thread of which webhooks told that the AI owns it: no read comes before an answer's
/// own call.
async fn thread_of_the_ai(bridge: &Bridge) -> String {
    let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
    bridge.quiet().await;
    bridge.portal().assign(&sent.thread, Some(111)).unwrap();
    bridge.quiet().await;
    sent.thread
}

fn answers(bridge: &Bridge, text: &str) {
    let session = bridge.opencx().sessions().remove(0).id;
    bridge.opencx().emit(json!({
        "event": "conversation.ai_response", "event_id": text, "organization_id": "acme",
        "data": { "conversation_id": session, "message": text },
    }));
}

fn shown(bridge: &Bridge, thread: &str, text: &str) -> usize {
    let all = bridge.portal().messages(thread).into_iter();
    let outgoing = all.filter(|one| one.direction() == Some(Direction::Outgoing));
    outgoing.filter(|one| one.text() == text).count()
}

/// A 503 to the answer's own call may come after its effect, so that the answer is not
/// sent again by itself (docs/ARCHITECTURE.md#guarantees): an operator redrives it, which
/// looks for
/// it first. Answers after that look before they are sent, and wait.
#[tokio::test(flavor = "multi_thread")]
async fn one_answer_runs_into_an_outage_and_the_others_wait_for_its_end() {
    let bridge = Bridge::start().await;
    let thread = thread_of_the_ai(&bridge).await;
    bridge.portal().set_down(true);
    answers(&bridge, "The first.");
    let parked = bridge.outcome("the first", |record| record.event_id == "The first.").await;
    let uncertain = (Outcome::Parked, Some("uncertain"));
    assert_eq!((parked.outcome, parked.reason.as_deref()), uncertain, "{parked:?}");
    answers(&bridge, "The second.");
    seen("the second tried", || {
        bridge
            .portal()
            .calls()
            .iter()
            .any(|call| call.method == "GET" && call.status == Some(503))
            .then_some(())
    })
    .await;
    bridge.portal().set_down(false);
    bridge.quiet().await;
    assert_eq!(shown(&bridge, &thread, "The first."), 0, "not by itself");
    assert_eq!(shown(&bridge, &thread, "The second."), 1, "by itself");
    let (told, redriven) =
        ctl(&bridge, &["parked", "redrive", "--all", "--yes", "--settle", "0s"]).await;
    assert!(redriven.is_ok(), "{told}");
    let first = || (shown(&bridge, &thread, "The first.") > 0).then_some(());
    seen("the first in the thread", first).await;
    bridge.quiet().await;
    assert_eq!(shown(&bridge, &thread, "The first."), 1);
}
