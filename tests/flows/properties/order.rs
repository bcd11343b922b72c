//! The order of changes, whatever the order of their deliveries.

use serde_json::Value;
use tests::Bridge;

use super::{change, deliver, now, outcomes_of, session_and_ticket, unsigned, view};

/// Delivers changes in one delivery.
async fn deliver_together(bridge: &Bridge, changes: &[Value]) {
    let url = bridge.url(&bridge_local::demo::webhook_path());
    let answer = bridge.http.post(url).json(changes).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    bridge.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_delivered_in_the_wrong_order_the_later_one_wins() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let at = now();
    deliver(&bridge, &[change(&ticket, "plan", "second", at)]).await;
    let earlier =
        [change(&ticket, "plan", "first", at - 1), change(&ticket, "vip", "false", at - 1)];
    deliver(&bridge, &earlier).await;
    assert_eq!(view(&bridge, &session).custom_data["plan"], "second");
    assert_eq!(view(&bridge, &session).custom_data["vip"], false, "each property by itself");
    assert_eq!(outcomes_of(&bridge, "plan").await, ["own_change", "applied", "outdated"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_in_one_millisecond_hubspots_own_value_counts() {
    // In deliveries of their own, or together in one.
    for (values, together) in [
        (vec!["LOW", "HIGH"], false),
        (vec!["HIGH", "LOW"], false),
        (vec!["LOW", "HIGH"], true),
        (vec!["HIGH", "LOW"], true),
        (vec!["LOW", "HIGH", "MIDDLE"], true),
    ] {
        let bridge = unsigned(|_| {}).await;
        let (session, ticket) = session_and_ticket(&bridge).await;
        bridge.portal().set_webhook_url(None);
        bridge.portal().set_property(&ticket, "plan", "HIGH", 222).unwrap();
        bridge.forget_calls();
        let at = now() - 50;
        let changes: Vec<_> =
            values.iter().map(|value| change(&ticket, "plan", value, at)).collect();
        if together {
            deliver_together(&bridge, &changes).await;
        } else {
            deliver(&bridge, &changes[..1]).await;
            deliver(&bridge, &changes[1..]).await;
        }
        assert_eq!(view(&bridge, &session).custom_data["plan"], "HIGH", "{values:?}");
        assert!(bridge.portal().calls().len() < values.len(), "asked once for each repetition");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_swapped_within_a_delivery_count_by_their_moments() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let at = now() - 50;
    let mut as_text = change(&ticket, "plan", "a-second", at + 1);
    as_text["occurredAt"] = (at + 1).to_string().into();
    let float = |value: &str, at: u64| {
        let mut float = change(&ticket, "plan", value, at);
        float["occurredAt"] = format!("{at}.0").parse::<f64>().unwrap().into();
        float
    };
    for (changes, last) in [
        ([as_text, change(&ticket, "plan", "a-first", at)], "a-second"),
        ([float("b-second", at + 3), float("b-first", at + 2)], "b-second"),
        ([change(&ticket, "plan", "c-second", at + 5), float("c-first", at + 4)], "c-second"),
    ] {
        deliver_together(&bridge, &changes).await;
        assert_eq!(view(&bridge, &session).custom_data["plan"], last);
    }
    let reasons = outcomes_of(&bridge, "plan").await;
    assert!(!reasons.contains(&"outdated".to_owned()), "each was in its place: {reasons:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_future_counts_as_now() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let year_2100 = 4_102_444_800_000;
    for (value, at) in [("later", year_2100), ("now", now() + 60_000), ("still", now() + 120_000)] {
        deliver(&bridge, &[change(&ticket, "plan", value, at)]).await;
        assert_eq!(view(&bridge, &session).custom_data["plan"], value);
    }
}
