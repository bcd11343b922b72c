//! HubSpot's rate limit: shared by all functions, kept to, and told by its answers.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, Source};
use bridge_rate_limiter::{EventCalls, EventRateLimit, PermitPools, Priority};
use bridge_store::{CALLS, Key, Queue, now_us};
use bridge_vendor_http::{Budget as _, Meter};
use hubspot_sim::{Call, Channel, Fault, FaultKind};
use serde_json::{Value, json};
use tests::{Bridge, ann, eventually_within, handoff_event, portal, with};

/// A low limit, with a window as long as HubSpot's.
fn limited(options: &mut EnvironmentOptions, calls: u32, window: Duration) {
    portal(options).rate_limit = calls;
    portal(options).rate_window = window;
    // Who waits for a turn, waits in its invocation.
    options.visibility = Duration::from_secs(65);
}

fn handoff_of(number: usize, contact: &Value) -> Value {
    with(handoff_event(&format!("s-{number}")), &json!({ "contact": contact }))
}

fn by_email(number: usize) -> Value {
    let email = format!("customer{number}@example.org");
    handoff_of(number, &json!({ "id": format!("c-{number}"), "name": "Ann", "email": email }))
}

fn first_contact(number: usize) -> Value {
    let email = format!("visitor{number}@example.org");
    json!({
        "event": "conversation.started",
        "event_id": format!("started-{number}"),
        "organization_id": "acme",
        "data": {
            "conversation_id": format!("v-{number}"),
            "contact": { "id": format!("v-{number}"), "email": email },
        }
    })
}

fn refused(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.status == Some(429)).count()
}

async fn check_all_applied(bridge: &Bridge, handoffs: usize) {
    bridge.quiet().await;
    let outcomes = bridge.outcomes().await;
    let of_handoffs = outcomes.iter().filter(|record| record.function == "handoff");
    let failed = of_handoffs.clone().find(|record| record.outcome != Outcome::Applied);
    assert_eq!(failed, None);
    assert_eq!(of_handoffs.count(), handoffs);
    assert_eq!(bridge.portal().tickets().len(), handoffs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_waits_for_the_limit_and_hardly_a_call_is_refused() {
    // Half of what is assumed until an answer tells.
    let bridge = Bridge::with(|options| limited(options, 50, Duration::from_secs(10))).await;
    let burst: Vec<Value> = (0..20).map(by_email).collect();
    bridge.event(&json!(burst)).await;
    check_all_applied(&bridge, 20).await;
    let calls = bridge.portal().calls();
    // Calls of several functions on a busy machine may leave late; without the budget
    // it is most of them.
    assert!(refused(&calls) * 10 < calls.len(), "{} of {}", refused(&calls), calls.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_are_counted_apart() {
    let bridge = Bridge::with(|options| {
        limited(options, 1_000, Duration::from_secs(10));
        portal(options).search_lag = Duration::ZERO;
    })
    .await;
    let by_phone = |number: usize| {
        let phone = format!("+49 151 {number:04}");
        handoff_of(number, &json!({ "id": format!("c-{number}"), "phone_number": phone }))
    };
    let burst: Vec<Value> = (0..20).map(by_phone).collect();
    bridge.event(&json!(burst)).await;
    check_all_applied(&bridge, 20).await;
    let mut searches = bridge.portal().calls();
    searches.retain(|call| call.path.ends_with("/search"));
    assert!(searches.len() >= 20, "they are found by search");
    assert!(refused(&searches) * 5 < searches.len(), "{} refused", refused(&searches));
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_come_before_the_background() {
    let bridge = Bridge::with(|options| limited(options, 100, Duration::from_secs(10))).await;
    bridge.seasoned().await;
    let contacts: Vec<Value> = (0..60).map(first_contact).collect();
    bridge.event(&json!(contacts)).await;
    tests::seen("the flood", || (bridge.portal().calls().len() > 20).then_some(())).await;
    let handoffs: Vec<Value> = (1..=5).map(by_email).collect();
    bridge.event(&json!(handoffs)).await;
    check_all_applied(&bridge, 6).await;
    let outcomes = bridge.outcomes().await;
    let of = |function: &'static str| {
        outcomes.iter().filter(move |record| record.function == function).map(|one| &one.at)
    };
    let last_handoff = of("handoff").max().unwrap();
    let earlier = of("contact-sync").filter(|at| *at < last_handoff).count();
    assert_eq!(of("contact-sync").count(), 60);
    // In turn, nearly all of them: five instances ask for them, and one for the handoffs.
    assert!(earlier < 30, "{earlier} of 60 first contacts before the last handoff");
}

/// In a long burst the last handoffs are old when they are tried first. One that went on without
/// the steps that have no permit would take a place in the line for each of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_that_waits_for_its_turn_has_one_place_however_old_it_is() {
    for (minutes, number) in [(0, 1), (2, 2), (90, 3)] {
        let bridge = Bridge::start().await;
        bridge.seasoned().await;
        let (table, settings) = (bridge.stack().table().clone(), demo::settings());
        let token = settings["hubspot"]["access_token"].as_str().unwrap();
        let key = Key::budget(token, CALLS);
        let held_until = now_us() + 60_000_000;
        table.hold_calls(&key, held_until).await.unwrap();
        bridge.forget_calls();
        let age = Duration::from_mins(minutes);
        let comes_again = bridge.deliver_aged(Queue::Handoffs, &by_email(number), age).await;
        assert!(comes_again, "{minutes} minutes old");
        assert_eq!(bridge.portal().calls().len(), 0, "{minutes} minutes old");
        let limit = table.rate_state(&key).await.unwrap();
        let pace = limit.limit().unwrap().emission_interval_us();
        // An event makes about four calls.
        let line = limit.queued_until.saturating_sub(held_until);
        assert!((pace * 2..pace * 6).contains(&line), "{minutes} minutes old: {line} µs");
    }
}

/// Searches are five a second, with hardly a burst.
#[tokio::test(flavor = "multi_thread")]
async fn a_background_event_that_has_begun_does_not_yield_any_more() {
    let bridge = Bridge::start().await;
    let (table, pools) = (bridge.stack().table().clone(), PermitPools::default());
    let event = EventCalls { priority: Priority::Background, age: Duration::ZERO, typical: 3 };
    for _ in 0..2 {
        let limit = EventRateLimit::hubspot(&pools, &table, "token", event);
        // The first one yields, and comes again when it is told to.
        while let Err(deferral) = limit.permit(Meter::Search).await {
            tokio::time::sleep(deferral.after).await;
        }
        for _ in 1..4 {
            limit.permit(Meter::Search).await.expect("it has begun");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_makes_every_function_wait() {
    let bridge = Bridge::start().await;
    bridge.seasoned().await;
    let status = FaultKind::Status { status: 429, retry_after: Some(3) };
    let fault = Fault { method: None, path_contains: String::new(), times: 1, kind: status };
    bridge.portal().fail(fault);
    bridge.event(&by_email(1)).await;
    let refusal = tests::seen("the refusal", || {
        bridge.portal().calls().into_iter().find(|call| call.status == Some(429))
    })
    .await;
    bridge.event(&json!([first_contact(1), by_email(2), by_email(3)])).await;
    check_all_applied(&bridge, 4).await;
    let calls = bridge.portal().calls();
    let next = calls.iter().filter(|call| call.at > refusal.at).map(|call| call.at).min();
    // A call may have been on its way when the answer came.
    let waited = next.unwrap() - refusal.at;
    assert!(waited > 2_500, "the next call after {waited} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_messages_than_opencx_takes_in_a_minute_are_paced_once_it_refuses_some() {
    const MESSAGES: usize = 120;
    let bridge = Bridge::with(|options| {
        limited(options, 1_000_000, Duration::from_secs(10));
        let Source::Simulated(opencx) = &mut options.opencx else { return };
        opencx.rate_limit_per_minute = 100;
        opencx.ai_delay = Duration::from_hours(1);
    })
    .await;
    for at in 0..MESSAGES {
        bridge.portal().customer_writes(ann(Channel::LiveChat, None, &format!("m{at}"))).unwrap();
    }
    eventually_within(Duration::from_mins(4), "all messages", || async {
        (bridge.opencx().sessions().len() >= MESSAGES).then_some(())
    })
    .await;
    bridge.quiet().await;
    let sessions = bridge.opencx().sessions();
    assert!(sessions.iter().all(|session| session.history.len() == 1), "each once");
    let calls = bridge.opencx().calls();
    // Those that were on their way at the first refusal, and a few while the minute is not over.
    assert!(refused(&calls) < MESSAGES / 2, "{} of {}", refused(&calls), calls.len());
}
