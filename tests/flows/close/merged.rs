//! A close whose ticket was deleted or merged.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Merged, ObjectKind, Property};
use tests::{Bridge, portal, seen};

use super::{close, closed, handed_off, second_session, ticket};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_gone_parks_the_close_at_once() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    bridge.portal().archive(ObjectKind::Ticket, &id);
    bridge.forget_calls();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Parked);
    assert_eq!(record.reason.as_deref(), Some("ticket_gone"));
    assert!(record.error.unwrap().contains("deleted or merged"));
    bridge.quiet().await;
    assert_eq!(bridge.portal().calls().len(), 1, "it was not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_ticket_is_closed_where_it_went() {
    let bridge = Bridge::start().await;
    // Nobody tells the bridge of the merge: the answer to the read does.
    bridge.portal().set_webhook_url(None);
    let id = handed_off(&bridge, "s-1").await;
    let other = [("subject", "x"), ("content", "Other words."), ("hs_pipeline_stage", "1")];
    let other = bridge.portal().seed_ticket(&other).unwrap();
    bridge.portal().merge(ObjectKind::Ticket, &id, &other).unwrap();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(record.ticket.unwrap().as_str(), other);
    let survivor = ticket(&bridge, &other);
    assert_eq!(survivor.get("hs_pipeline_stage"), "4");
    assert!(survivor.get("content").starts_with("Other words."));
    assert!(survivor.get("content").contains("Refunded."), "{}", survivor.get("content"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_merged_again_and_again_is_closed_where_it_ended() {
    for (is_told, is_gone) in [(true, false), (true, true), (false, false)] {
        let bridge = Bridge::with(|options| portal(options).merged_ids_are_gone = is_gone).await;
        if !is_told {
            bridge.portal().set_webhook_url(None);
        }
        let mut last = handed_off(&bridge, "s-1").await;
        for subject in ["second", "third"] {
            let next = [("subject", subject), ("hs_pipeline_stage", "1")];
            let next = bridge.portal().seed_ticket(&next).unwrap();
            bridge.portal().merge(ObjectKind::Ticket, &last, &next).unwrap();
            bridge.quiet().await;
            last = next;
        }
        let record = close(&bridge, closed("s-1", "c-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{is_told} {is_gone}: {record:?}");
        assert_eq!(ticket(&bridge, &last).get("hs_pipeline_stage"), "4", "{is_told} {is_gone}");
        let content = ticket(&bridge, &last).get("content").to_owned();
        assert!(content.contains("Refunded."), "{is_told} {is_gone}: {content}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_hubspot_announces_moves_closes_and_property_changes_to_the_survivor() {
    for (survivor, merged_is_gone) in
        [(Merged::IntoExisting, false), (Merged::IntoExisting, true), (Merged::IntoNew, true)]
    {
        let bridge =
            Bridge::with(|options| portal(options).merged_ids_are_gone = merged_is_gone).await;
        let plan = Property::text(ObjectKind::Ticket, "plan");
        bridge.portal().define_property(ObjectKind::Ticket, plan).unwrap();
        let session = second_session(&bridge).await;
        let old = bridge.portal().tickets().remove(0).id;
        let other = [("subject", "x"), ("content", "Other words."), ("hs_pipeline_stage", "1")];
        let other = bridge.portal().seed_ticket(&other).unwrap();
        let merged = bridge.portal().merge_as(ObjectKind::Ticket, &old, &other, survivor);
        let survivor = merged.unwrap();
        let merge = bridge.outcome("the merge", |record| record.event == "ticket.merge").await;
        assert_eq!(merge.outcome, Outcome::Applied, "{merge:?}");
        bridge.portal().set_property(&survivor, "plan", "gold", 222).unwrap();
        seen("the property in the session", || {
            let data = bridge.opencx().session(&session)?.custom_data;
            (data.get("plan")? == "gold").then_some(())
        })
        .await;
        bridge.opencx().resolve(&session, true).unwrap();
        let record = close(&bridge, closed(&session, "c-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert_eq!(record.ticket.unwrap().as_str(), survivor);
        assert_eq!(ticket(&bridge, &survivor).get("hs_pipeline_stage"), "4");
    }
}
