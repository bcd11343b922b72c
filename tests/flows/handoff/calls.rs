//! HubSpot's calls are the scarce resource: as many as a handoff needs, and no more.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, CustomerMessage};
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, handoff_on, seen, with};

/// The calls that an event costs, as the portal counted them.
async fn calls_of(bridge: &Bridge, event: &Value) -> Vec<String> {
    bridge.forget_calls();
    let record = bridge.handed_off(event).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let calls = bridge.portal().calls();
    assert_eq!(record.hubspot_calls as usize, calls.len(), "the outcome counts them too");
    calls.into_iter().map(|call| format!("{} {}", call.method, call.path)).collect()
}

/// A chat of somebody whose name and address only OpenCX knows.
fn chat() -> CustomerMessage {
    CustomerMessage { channel: Channel::LiveChat, text: "Hello?".into(), ..Default::default() }
}

fn of(email: &str, event: Value) -> Value {
    with(event, &json!({ "contact": { "id": email, "name": "Ben Ode", "email": email } }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_costs_the_calls_that_it_needs() {
    let bridge = Bridge::start().await;
    bridge.seasoned().await;
    // The kind of the inbox is asked once.
    let thread = bridge.quiet_thread_of(chat());
    calls_of(&bridge, &of("first@example.org", handoff_on(&thread, "s-00"))).await;
    let thread = bridge.quiet_thread_of(chat());
    let unknown = calls_of(&bridge, &of("ben@example.org", handoff_on(&thread, "s-1"))).await;
    assert_eq!(unknown.len(), 6, "unknown to HubSpot: {unknown:#?}");

    bridge.portal().seed_contact(&[("email", "cleo@example.org")]).unwrap();
    let thread = bridge.quiet_thread_of(chat());
    let new_to_us = calls_of(&bridge, &of("cleo@example.org", handoff_on(&thread, "s-2"))).await;
    assert_eq!(new_to_us.len(), 5, "unknown to the bridge: {new_to_us:#?}");

    let started = json!({ "event": "conversation.started", "organization_id": "acme",
        "data": { "conversation_id": "s-3", "contact": { "email": "dan@example.org" } } });
    bridge.event(&started).await;
    bridge.outcome_of("contact-sync").await;
    let thread = bridge.quiet_thread_of(chat());
    let known = calls_of(&bridge, &of("dan@example.org", handoff_on(&thread, "s-3"))).await;
    assert_eq!(known.len(), 4, "known, and read within the hour: {known:#?}");

    let thread = bridge.quiet_thread_of(chat());
    let appended = calls_of(&bridge, &of("dan@example.org", handoff_on(&thread, "s-4"))).await;
    assert_eq!(appended.len(), 5, "appended: {appended:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_thread_it_is_one_call_less() {
    let bridge = Bridge::start().await;
    bridge.seasoned().await;
    bridge.portal().seed_contact(&[("email", "cleo@example.org")]).unwrap();
    for (email, session, calls) in [
        ("ben@example.org", "s-1", 4),
        ("cleo@example.org", "s-2", 3),
        ("cleo@example.org", "s-3", 3),
    ] {
        let made = calls_of(&bridge, &of(email, handoff_event(session))).await;
        assert_eq!(made.len(), calls, "{email}: {made:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_property_that_the_portal_lacks_costs_one_call_once() {
    let bridge = Bridge::start().await;
    bridge.seasoned().await;
    let data = json!({ "custom_data": { "shoe_size": 43, "hs_ticket_id": "7", "tier": "gold" } });
    let first = calls_of(&bridge, &with(of("ben@example.org", handoff_event("s-1")), &data)).await;
    assert_eq!(first.len(), 5, "the ticket twice: {first:#?}");
    let next = calls_of(&bridge, &with(of("cleo@example.org", handoff_event("s-2")), &data)).await;
    assert_eq!(next.len(), 4, "it is remembered: {next:#?}");
    let tickets = bridge.tickets_of("cleo@example.org");
    let notes = bridge.portal().notes();
    let note = seen("its note", || notes.iter().find(|note| tickets[0].notes.contains(&note.id)));
    assert!(note.await.get("hs_note_body").contains("`shoe_size`"), "the rep is told each time");
}
