//! Bad input: it ends parked or skipped, with the field that is wrong, and hurts nobody.

use bridge_domain::outcome::Outcome;
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, with};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_acted_upon_is_parked_with_the_field_that_is_wrong() {
    let bridge = Bridge::start().await;
    let mut unknown_org = handoff_event("s-org");
    unknown_org["organization_id"] = "nobody".into();
    let mut no_data = handoff_event("s-data");
    no_data["data"] = Value::Null;
    let nonsense = "x{\"".repeat(100_000);
    let deep = json!({ "event": "conversation.handoff_to_human", "organization_id": "acme",
        "data": { "conversation_id": { "x": nonsense } } });
    let cases = [
        (with(handoff_event("s-1"), &json!({ "conversation_id": null })), "conversation_id"),
        (with(handoff_event("s-2"), &json!({ "conversation_id": "" })), "conversation_id"),
        (unknown_org, "organization_id"),
        (no_data, "data"),
        (deep, "conversation_id"),
        (json!(nonsense), "(document)"),
    ];
    for (at, (event, field)) in cases.into_iter().enumerate() {
        // Past the route, which takes no event without a name.
        bridge.queue_raw(&event.to_string());
        bridge.quiet().await;
        let outcomes = bridge.outcomes().await;
        assert_eq!(outcomes.len(), at + 1, "{field}: {outcomes:?}");
        let record = outcomes.last().unwrap();
        assert_eq!(record.outcome, Outcome::Parked, "{field}: {record:?}");
        let error = record.error.as_deref().unwrap_or_default();
        assert!(error.contains(field), "`{field}` is not named in {error:?}");
        assert!(error.len() < 1_000, "an error does not quote what came");
    }
    assert_eq!(bridge.portal().calls().len(), 0);
    let good = bridge.handed_off(&handoff_event("s-good")).await;
    assert_eq!(good.outcome, Outcome::Applied, "its neighbours go on: {good:?}");
}
