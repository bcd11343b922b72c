//! Killed at any call and delivered again: everything once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, Fault, FaultKind, Moment};
use serde_json::{Value, json};
use tests::{Bridge, comment_notes, comments, handoff_event, handoff_on, seen, with};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Longer than any test: whoever waits for it is killed.
const HANG: Duration = Duration::from_mins(5);

/// Most bridges at a time, of all tests: each is a whole one, and too many of them are late.
static BRIDGES: Semaphore = Semaphore::const_new(8);

/// The kinds of handoff that are killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Case {
    /// The portal has our properties, and the bridge knows the owners.
    seasoned: bool,
    thread: bool,
    /// Ann has a ticket open from before.
    back: bool,
}

/// The place of the kill: the call with this number, before or after its effect.
#[derive(Clone, Copy, Debug)]
struct Point {
    call: usize,
    after_effect: bool,
}

struct Stage {
    bridge: Bridge,
    event: Value,
    thread: Option<String>,
}

impl Stage {
    async fn set(case: Case) -> Self {
        let bridge = Bridge::start().await;
        if case.seasoned {
            bridge.seasoned().await;
        }
        if case.back {
            bridge.handed_off(&handoff_event("s-before")).await;
        }
        let thread = case.thread.then(|| bridge.quiet_thread(Channel::LiveChat));
        let event = match &thread {
            Some(thread) => handoff_on(thread, "s-1"),
            None => handoff_event("s-1"),
        };
        // Unknown to HubSpot, unless she is back: the thread has made a contact of hers.
        let name = if case.back { "ann" } else { "new" };
        let contact = json!({ "name": "Ann Lee", "email": format!("{name}@example.org") });
        let event = with(event, &json!({ "contact": contact, "timestamp": null }));
        bridge.quiet().await;
        bridge.forget_calls();
        Self { bridge, event, thread }
    }

    /// Lets the call with this number hang, and kills whoever waits for it.
    async fn kill_at(&self, point: Point) {
        let portal = self.bridge.portal();
        let kind = if point.after_effect {
            FaultKind::HangAfterEffect(HANG)
        } else {
            FaultKind::HangBeforeEffect(HANG)
        };
        let fault = Fault { method: None, path_contains: String::new(), times: 1, kind };
        let served = Arc::new(AtomicUsize::new(0));
        if point.call == 0 {
            portal.fail(fault.clone());
        }
        let (count, ordering) = (served.clone(), portal.clone());
        portal.on_call(move |_, moment| {
            let is_end = moment == Moment::AfterEffect;
            if is_end && count.fetch_add(1, Ordering::SeqCst) + 1 == point.call {
                ordering.fail(fault.clone());
            }
        });
        self.bridge.event(&self.event).await;
        let wanted = point.call + usize::from(point.after_effect);
        seen("the call to be killed in", || {
            let arrived = portal.calls().len() > point.call;
            (arrived && served.load(Ordering::SeqCst) == wanted).then_some(())
        })
        .await;
        portal.clear_hook();
        self.bridge.stack().kill_invocations();
    }

    /// One of each, and all of it.
    async fn check(&self, case: Case, point: Point) {
        let context = format!("{case:?} {point:?}");
        let id = self.event["event_id"].as_str().unwrap();
        let record = self.bridge.outcome(&context, |record| record.event_id == id).await;
        assert_eq!(record.outcome, Outcome::Applied, "{context}: {record:?}");
        self.bridge.quiet().await;
        let email = self.event["data"]["contact"]["email"].as_str().unwrap();
        let tickets = self.bridge.tickets_of(email);
        let [ticket] = tickets.as_slice() else { panic!("{context}: {tickets:?}") };
        let said = ticket.get("content").matches("I want a refund").count();
        assert_eq!(said, 1 + usize::from(case.back), "{context}: {}", ticket.get("content"));
        assert_eq!(ticket.get("hubspot_owner_id"), "70222", "{context}");
        let portal = self.bridge.portal();
        let others = usize::from(case.seasoned) + usize::from(case.back);
        let notes = others + usize::from(!case.thread);
        assert_eq!(comment_notes(portal).len(), notes, "{context}");
        if let Some(thread) = &self.thread {
            assert_eq!(comments(portal, thread).len(), 1, "{context}");
            let owner = portal.thread(thread).unwrap().assigned_to;
            assert_eq!(owner.as_deref(), Some("A-222"), "{context}");
        }
    }
}

/// Walks through every call of a kind of handoff; the number of its calls.
async fn walk(case: Case) -> usize {
    let whole = Stage::set(case).await;
    whole.bridge.handed_off(&whole.event).await;
    let calls = whole.bridge.portal().calls().len();
    let mut points = JoinSet::new();
    for at in 0..calls * 2 {
        let point = Point { call: at / 2, after_effect: at % 2 == 1 };
        points.spawn(async move {
            let _one_of_few = BRIDGES.acquire().await;
            let stage = Stage::set(case).await;
            stage.kill_at(point).await;
            stage.check(case, point).await;
        });
    }
    while let Some(done) = points.join_next().await {
        done.unwrap();
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_ticket_survives_being_killed_at_any_call() {
    let case = Case { seasoned: true, thread: true, back: false };
    // The kind of the inbox is asked for the first time.
    assert_eq!(walk(case).await, 7);
    assert_eq!(walk(Case { thread: false, ..case }).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_from_before_survives_being_killed_at_any_call() {
    let case = Case { seasoned: true, thread: true, back: true };
    assert_eq!(walk(case).await, 6);
    assert_eq!(walk(Case { thread: false, ..case }).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_handoff_of_a_portal_survives_being_killed_at_any_call() {
    let calls = walk(Case { seasoned: false, thread: true, back: false }).await;
    assert!(calls > 10, "the properties are made in it: {calls}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_handoffs_of_one_contact_at_once_make_one_ticket() {
    let contacts = [
        json!({ "name": "Ann Lee", "email": "ann@example.org" }),
        json!({ "name": "Ann Lee", "phone_number": "+49 30 1234567" }),
    ];
    for contact in contacts {
        // They wait for each other, longer than a short invocation lasts.
        let bridge = Bridge::with(|options| options.visibility = Duration::from_mins(1)).await;
        let event = |at: usize| {
            let said = json!([{ "sender": "contact", "text": format!("request no. {at};") }]);
            with(
                handoff_event(&format!("s-{at}")),
                &json!({ "contact": contact, "transcript": said }),
            )
        };
        let all: Vec<Value> = (0..10).map(event).collect();
        bridge.event(&json!(all)).await;
        bridge.quiet().await;
        let portal = bridge.portal();
        assert_eq!(portal.contacts().len(), 1, "{:?}", portal.contacts());
        let tickets = portal.tickets();
        let [ticket] = tickets.as_slice() else { panic!("one ticket, not {tickets:?}") };
        for at in 0..10 {
            let said = ticket.get("content").matches(&format!("request no. {at};")).count();
            assert_eq!(said, 1, "{}", ticket.get("content"));
        }
        let outcomes = bridge.outcomes().await;
        let mut handoffs = outcomes.iter().filter(|record| record.function == "handoff");
        assert!(handoffs.all(|record| record.outcome == Outcome::Applied), "{outcomes:?}");
    }
}
