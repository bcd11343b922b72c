//! Tickets that are closed or deleted in HubSpot.

use bridge_domain::outcome::Outcome;
use hubspot_sim::ObjectKind;
use serde_json::json;
use tests::{Bridge, handoff_event};

use super::{change, deliver, learned, now, outcomes_of, session_and_ticket, ticket_of, unsigned};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_move_to_a_closed_stage_the_next_handoff_opens_a_new_ticket() {
    let bridge = Bridge::start().await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let known = || async {
        let key = bridge_store::Key::ticket(&"acme".into(), &ticket.as_str().into());
        let link: bridge_store::TicketLink =
            bridge.stack().table().get(&key).await.unwrap().unwrap();
        link.closed
    };
    for (stage, closed) in [("4", true), ("2", false), ("4", true)] {
        bridge.portal().set_property(&ticket, "hs_pipeline_stage", stage, 222).unwrap();
        learned(&bridge, &session, "hs_pipeline_stage", json!(stage)).await;
        bridge.quiet().await;
        assert_eq!(known().await, Some(closed), "in stage {stage}");
    }
    let mut next = handoff_event("s-next");
    next["data"]["contact"] = json!({ "email": "ann@example.org" });
    bridge.event(&next).await;
    assert_ne!(ticket_of(&bridge, "s-next").await, ticket);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_ticket_is_forgotten_and_the_next_handoff_makes_a_new_one() {
    let bridge = unsigned(|_| {}).await;
    let (_, ticket) = session_and_ticket(&bridge).await;
    bridge.portal().archive(ObjectKind::Ticket, &ticket);
    let deleted = bridge.outcome("the deletion", |one| one.event == "ticket.deletion").await;
    assert_eq!(deleted.outcome, Outcome::Applied, "{deleted:?}");
    bridge.quiet().await;
    deliver(&bridge, &[change(&ticket, "plan", "late", now())]).await;
    assert_eq!(outcomes_of(&bridge, "plan").await.last().unwrap(), "no_session");
    let again = json!({ "contact": { "email": "ann@example.org" } });
    let record = bridge.handed_off(&tests::with(handoff_event("s-next"), &again)).await;
    assert_ne!(record.ticket.unwrap().as_str(), ticket);
    // A ticket of which the bridge knows nothing.
    let other = [("subject", "x"), ("hs_pipeline_stage", "1")];
    let other = bridge.portal().seed_ticket(&other).unwrap();
    bridge.portal().archive(ObjectKind::Ticket, &other);
    let skipped = |one: &bridge_domain::outcome::OutcomeRecord| {
        one.event == "ticket.deletion" && one.reason.as_deref() == Some("no_session")
    };
    bridge.outcome("the other deletion", skipped).await;
}
