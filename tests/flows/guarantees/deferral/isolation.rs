//! One organisation's trouble does not delay another.

use std::time::Duration;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_store::{BreakerState, Key, now_ms};
use hubspot_sim::{Fault, FaultKind};
use serde_json::{Value, json};
use tests::{Bridge, seen};

use super::{handoff_of, org, with_other_org};

fn calls_about(bridge: &Bridge, name: &str) -> usize {
    let calls = bridge.portal().calls();
    calls.iter().filter(|call| call.path.contains(name)).count()
}

async fn applied(bridge: &Bridge, org: &'static str) {
    let is_handoff = |record: &OutcomeRecord| record.org == org && record.function == "handoff";
    let done = bridge.outcome(org, is_handoff).await;
    assert_eq!(done.outcome, Outcome::Applied, "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_whose_hubspot_hangs_does_not_delay_another() {
    let bridge = with_other_org().await;
    let kind = FaultKind::HangBeforeEffect(Duration::from_mins(5));
    let path_contains = "slow".to_owned();
    bridge.portal().fail(Fault { method: None, path_contains, times: 1_000, kind });
    let slow: Vec<Value> = (0..60).map(|at| handoff_of("acme", &format!("slow{at}"))).collect();
    bridge.event(&json!(slow)).await;
    seen("calls that hang", || (calls_about(&bridge, "slow") > 5).then_some(())).await;
    bridge.event(&handoff_of("other", "quick")).await;
    applied(&bridge, "other").await;
    let mut outcomes = bridge.outcomes().await;
    outcomes.retain(|record| record.function == "handoff" && record.org != "other");
    assert_eq!(outcomes, [], "the others still hang");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_joins_those_that_hang() {
    let bridge = with_other_org().await;
    let (table, key) = (bridge.stack().table(), Key::breaker(&org(), "hubspot"));
    // As many as hang until the end of the trouble.
    let late_at = now_ms() + 3_600_000;
    let hanging = BreakerState { late: 20, late_at, ..BreakerState::default() };
    table.put_breaker(&key, &hanging).await.unwrap();
    bridge.event(&handoff_of("acme", "kept-back")).await;
    bridge.event(&handoff_of("other", "quick")).await;
    applied(&bridge, "other").await;
    assert_eq!(calls_about(&bridge, "kept-back"), 0);
    table.put_breaker(&key, &BreakerState::default()).await.unwrap();
    applied(&bridge, "acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handled_is_deleted_while_others_of_its_batch_hang() {
    let bridge = with_other_org().await;
    let kind = FaultKind::HangBeforeEffect(Duration::from_mins(5));
    let path_contains = "slow".to_owned();
    bridge.portal().fail(Fault { method: None, path_contains, times: 1_000, kind });
    let quick = ["quick", "fast", "swift"].map(|name| handoff_of("other", name));
    let [first, second, third] = quick;
    bridge.event(&json!([first, handoff_of("acme", "slow"), second, third])).await;
    seen("only the one that hangs", || (bridge.stack().waiting() == 1).then_some(())).await;
    // Else its invocation would be over.
    assert_eq!(bridge.stack().table().deferred(&org()).await.unwrap().count, 0);
}
