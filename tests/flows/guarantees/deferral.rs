//! Events that cannot be handled now are deferred, and nothing is lost, doubled or overtaken.

use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_domain::settings::Settings;
use bridge_local::demo;
use bridge_store::{BreakerState, Key, now_ms};
use hubspot_sim::{Channel, Fault, FaultKind};
use opencx_sim::Sender;
use serde_json::{Value, json};
use tests::{Bridge, ann, eventually, handoff_event, seen, with};

const TOKEN: &str = "pat-na1-demo-support";

fn org() -> OrgId {
    OrgId::new(demo::ORG)
}

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
    eventually("a deferred event", || async {
        bridge.stack().table().activity(&org()).await.unwrap().last_paused_at
    })
    .await;
    assert!(bridge.opencx().sessions().is_empty() && bridge.outcomes().await.is_empty());
    store(&bridge, |_| {}).await;
    seen("the session", || (!bridge.opencx().sessions().is_empty()).then_some(())).await;
    seen("both messages", || (heard(&bridge).len() >= 2).then_some(())).await;
    bridge.quiet().await;
    assert_eq!(heard(&bridge), ["0", "1"]);
}

/// Returns what customers said, by the first text of each conversation, in order.
fn conversations(bridge: &Bridge) -> Vec<Vec<String>> {
    let sessions = bridge.opencx().sessions().into_iter();
    let mut all: Vec<Vec<String>> = sessions
        .map(|session| session.history.into_iter())
        .map(|history| history.filter(|one| one.sender == Sender::Contact))
        .map(|said| said.map(|one| one.text).collect())
        .collect();
    all.sort();
    all
}

/// Begins three conversations of which each goes on while `trouble` lasts, ends it, and checks
/// that each arrived once and in order.
async fn three_conversations_outlive(bridge: &Bridge, trouble: impl AsyncFn(bool)) {
    let text = |thread: usize, at: usize| format!("t{thread} m{at}");
    let begin = |thread| ann(Channel::LiveChat, None, &text(thread, 0));
    let threads: Vec<String> = (0..3)
        .map(|thread| bridge.portal().customer_writes(begin(thread)).unwrap().thread)
        .collect();
    bridge.quiet().await;
    let write = |at: usize| {
        for (thread, id) in threads.iter().enumerate() {
            let message = ann(Channel::LiveChat, Some(id), &text(thread, at));
            bridge.portal().customer_writes(message).unwrap();
        }
    };
    (1..3).for_each(write);
    trouble(true).await;
    (3..6).for_each(write);
    seen("the announcements", || {
        let taken = bridge.portal().deliveries();
        let taken = taken.iter().filter(|one| one.status == Some(200));
        let events = taken.filter_map(|one| one.body.as_array()).flatten();
        let of_messages =
            events.filter(|event| event["subscriptionType"] == "conversation.newMessage");
        (of_messages.count() >= 18).then_some(())
    })
    .await;
    trouble(false).await;
    seen("all messages", || {
        let heard: usize = conversations(bridge).iter().map(Vec::len).sum();
        (heard >= 18).then_some(())
    })
    .await;
    bridge.quiet().await;
    let expected: Vec<Vec<String>> =
        (0..3).map(|thread| (0..6).map(|at| text(thread, at)).collect()).collect();
    assert_eq!(conversations(bridge), expected);
    nothing_is_parked(bridge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_a_pause_in_order() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |paused| {
        store(&bridge, |settings| settings["paused"] = paused.into()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_a_token_that_is_replaced_before_the_settings_know() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |replaced| {
        if replaced {
            bridge.portal().rotate_token(TOKEN, "rotated");
        } else {
            store(&bridge, |settings| settings["hubspot"]["access_token"] = "rotated".into()).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_an_api_key_that_is_replaced_before_the_settings_know() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |replaced| {
        if replaced {
            bridge.opencx().rotate_key("opencx-demo-key", "replaced");
        } else {
            store(&bridge, |settings| settings["opencx"]["api_key"] = "replaced".into()).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_lost_connections_and_refusals_in_order() {
    let bridge = Bridge::start().await;
    let lost = |method: &str, times| Fault {
        method: Some(method.to_owned()),
        path_contains: String::new(),
        times,
        kind: FaultKind::DropBeforeEffect,
    };
    three_conversations_outlive(&bridge, async |begins| {
        if begins {
            bridge.portal().fail(lost("GET", 8));
            bridge.opencx().fail(Fault {
                kind: FaultKind::Status { status: 429, retry_after: None },
                ..lost("POST", 3)
            });
        }
    })
    .await;
}

const OTHER_TOKEN: &str = "pat-na1-other-support";

/// A bridge with a second organisation, whose token has a rate limit of its own.
async fn with_other_org() -> Bridge {
    let bridge = Bridge::with(|options| {
        let mut other = demo::settings();
        other["org"] = "other".into();
        other["hubspot"]["access_token"] = OTHER_TOKEN.into();
        options.settings.push(other);
        tests::portal(options).rate_limit = 1_000;
    })
    .await;
    bridge.portal().grant(OTHER_TOKEN, TOKEN);
    bridge
}

/// A handoff of a customer whom HubSpot is asked about by this name.
fn handoff_of(org: &str, name: &str) -> Value {
    let email = format!("{name}@example.org");
    let mut event = with(handoff_event(name), &json!({ "contact": { "email": email } }));
    event["organization_id"] = org.into();
    event
}

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

/// Returns the counts of waiting and deferred messages that an organisation's status tells.
async fn counts(bridge: &Bridge, org: &str) -> (u64, u64) {
    let status = reqwest::get(bridge.url(&format!("/orgs/{org}/status"))).await.unwrap();
    let status: Value = status.json().await.unwrap();
    (status["waiting"].as_u64().unwrap(), status["deferred"].as_u64().unwrap())
}

async fn has_deferred(bridge: &Bridge, least: u64) {
    eventually("the deferred messages", || async {
        (counts(bridge, "acme").await.1 >= least).then_some(())
    })
    .await;
    assert_eq!(counts(bridge, "other").await.1, 0, "they are counted by organisation");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_counts_what_waits_and_what_is_deferred() {
    let bridge = with_other_org().await;
    let began = now_ms();
    bridge.portal().set_down(true);
    let down: Vec<Value> = (0..5).map(|at| handoff_of("acme", &format!("ann{at}"))).collect();
    bridge.event(&json!(down)).await;
    has_deferred(&bridge, 5).await;
    let oldest = bridge.stack().table().deferred(&org()).await.unwrap().oldest.unwrap();
    assert!((began..=now_ms()).contains(&oldest), "the oldest was sent in this test");
    bridge.portal().set_down(false);
    bridge.quiet().await;
    assert_eq!(counts(&bridge, "acme").await, (0, 0), "they are handled");
    store(&bridge, |settings| settings["paused"] = true.into()).await;
    // Settings are read again within half a minute; until then events are handled.
    eventually("a pause", || async {
        bridge.event(&handoff_of("acme", &format!("bob{}", now_ms()))).await;
        bridge.stack().table().activity(&org()).await.unwrap().last_paused_at
    })
    .await;
    has_deferred(&bridge, 1).await;
}
