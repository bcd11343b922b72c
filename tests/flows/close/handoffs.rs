//! A close that comes before the end of its handoff.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Fault, FaultKind};
use tests::{Bridge, handoff_event, seen};

use super::{close, closed, ended};

#[tokio::test(flavor = "multi_thread")]
async fn a_close_waits_for_the_handoff_that_is_in_progress() {
    let bridge = Bridge::start().await;
    bridge.portal().fail(Fault {
        method: Some("POST".into()),
        path_contains: "/objects/tickets".into(),
        times: 1,
        kind: FaultKind::HangBeforeEffect(Duration::from_secs(2)),
    });
    bridge.event(&handoff_event("s-1")).await;
    seen("the ticket's creation under way", || {
        let calls = bridge.portal().calls();
        calls.into_iter().find(|call| call.method == "POST" && call.path.ends_with("/tickets"))
    })
    .await;
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(bridge.portal().tickets()[0].get("hs_pipeline_stage"), "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_waits_for_a_handoff_that_only_opencx_knows_of() {
    let bridge = Bridge::start().await;
    // OpenCX has handed over; its event is late.
    bridge.opencx().set_events_url(None);
    let session = bridge.opencx().customer_writes(opencx_sim::ContactMessage {
        text: "A human, please.".into(),
        ..Default::default()
    });
    let session = session.unwrap();
    seen("handed over", || bridge.opencx().session(&session).filter(|known| known.handed_off))
        .await;
    bridge.opencx().resolve(&session, true).unwrap();
    let mut event = closed(&session, "c-1");
    let now = bridge.opencx().session(&session).unwrap().history.last().unwrap().created_at.clone();
    event["data"]["timestamp"] = now.into();
    bridge.event(&event).await;
    seen("the close looked", || {
        bridge.opencx().calls().into_iter().find(|call| call.path.contains(&session))
    })
    .await;
    bridge.event(&handoff_event(&session)).await;
    assert_eq!(ended(&bridge, "c-1").await.outcome, Outcome::Applied);
    assert_eq!(bridge.portal().tickets()[0].get("hs_pipeline_stage"), "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_handoff_is_not_waited_for() {
    let bridge =
        Bridge::with_settings(|settings| settings["hubspot"]["open_stage"] = "999".into()).await;
    bridge.event(&handoff_event("s-1")).await;
    assert_eq!(ended(&bridge, "handoff-s-1").await.outcome, Outcome::Parked);
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.reason.as_deref(), Some("no_ticket"), "{record:?}");
}
