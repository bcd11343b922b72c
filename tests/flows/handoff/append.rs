//! The customer is back: their open ticket goes on.

use bridge_domain::outcome::Outcome;
use hubspot_sim::Channel;
use serde_json::json;
use tests::{Bridge, comments, handoff_event, handoff_on, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_is_back_finds_the_ticket_as_the_rep_left_it() {
    let settings = |settings: &mut serde_json::Value| {
        settings["priority_from_sentiment"] = true.into();
    };
    let bridge = Bridge::with_settings(settings).await;
    bridge.handed_off(&handoff_event("s-1")).await;
    let ticket = bridge.tickets_of("ann@example.org").remove(0);
    assert_eq!(ticket.get("hs_ticket_priority"), "MEDIUM");
    let portal = bridge.portal();
    let edited = format!("{}\n\nRep: call her at noon.", ticket.get("content"));
    for (name, value) in [("content", edited.as_str()), ("hubspot_owner_id", "70333")] {
        portal.set_property(&ticket.id, name, value, 222).unwrap();
    }
    bridge.quiet().await;

    let thread = bridge.quiet_thread(Channel::LiveChat);
    let back = json!({
        "timestamp": "2026-11-22T09:05:00Z", "summary": "Still no refund.", "sentiment": "angry",
        "custom_data": { "order_id": "A-77" },
        "contact": { "id": "c-1", "email": "ann@example.org", "verified": true },
        "transcript": [{ "sender": "contact", "text": "Where is it?" }],
    });
    bridge
        .portal()
        .define_property(
            hubspot_sim::ObjectKind::Ticket,
            hubspot_sim::Property::text(hubspot_sim::ObjectKind::Ticket, "order_number"),
        )
        .unwrap();
    let record = bridge.handed_off(&with(handoff_on(&thread, "s-2"), &back)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");

    let tickets = bridge.tickets_of("ann@example.org");
    let [ticket] = tickets.as_slice() else { panic!("one ticket, not {tickets:?}") };
    let content = ticket.get("content");
    let (before, after) =
        content.split_once("--- The customer is back, 2026-11-22 09:05 UTC").unwrap();
    assert!(before.starts_with("Wants a refund.") && before.contains("Rep: call her at noon."));
    assert!(after.contains("Still no refund.") && after.contains("Customer: Where is it?"));
    assert_eq!(ticket.get("hubspot_owner_id"), "70333", "the rep's choice stays");
    assert_eq!(ticket.get("opencx_tags"), "opencx_handedoff");
    assert_eq!(ticket.get("opencx_sentiment"), "angry");
    assert_eq!(ticket.get("hs_ticket_priority"), "HIGH");
    assert_eq!(ticket.get("order_number"), "A-77");
    let comments = comments(portal, &thread);
    assert_eq!(comments.len(), 1);
    assert!(comments[0].text().contains("the customer is back"), "{}", comments[0].text());
    let owner = portal.thread(&thread).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-333"), "the thread goes to the same person");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_a_rep_closed_or_deleted_is_not_appended_to() {
    let bridge = Bridge::start().await;
    // Nobody tells the bridge.
    bridge.portal().set_webhook_url(None);
    bridge.handed_off(&handoff_event("s-1")).await;
    let first = bridge.tickets_of("ann@example.org").remove(0);
    bridge.portal().set_property(&first.id, "hs_pipeline_stage", "4", 222).unwrap();
    let again = json!({ "event_id": "again" });
    let mut event = handoff_event("s-1");
    event["event_id"] = again["event_id"].clone();
    let second = bridge.handed_off(&event).await.ticket.unwrap();
    assert_ne!(second.as_str(), first.id, "the same session, a new ticket");
    let closed = bridge.portal().ticket(&first.id).unwrap();
    assert_eq!(closed.get("content"), first.get("content"));

    bridge.portal().archive(hubspot_sim::ObjectKind::Ticket, second.as_str());
    let third = bridge.handed_off(&handoff_event("s-3")).await;
    assert_eq!(third.outcome, Outcome::Applied, "{third:?}");
    let third = third.ticket.unwrap();
    // The first session again: its own ticket is gone, but she has another open.
    event["event_id"] = "once more".into();
    assert_eq!(bridge.handed_off(&event).await.ticket.unwrap(), third);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_full_goes_on_in_notes() {
    let bridge = Bridge::start().await;
    bridge.handed_off(&handoff_event("s-1")).await;
    let message = |at: usize| json!({ "sender": "contact", "text": format!("{at:02}; {}", "שלום 🙂 ".repeat(1_000)) });
    let long: Vec<_> = (0..20).map(message).collect();
    let record = bridge
        .handed_off(&with(
            handoff_event("s-2"),
            &json!({ "transcript": long, "summary": "All of it." }),
        ))
        .await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let ticket = bridge.tickets_of("ann@example.org").remove(0);
    assert!(ticket.get("content").contains("I want a refund"), "what was there stays");
    assert!(ticket.get("content").ends_with("(in the notes)"));
    let notes = bridge.portal().notes();
    let of_ticket: Vec<_> = notes.iter().filter(|note| ticket.notes.contains(&note.id)).collect();
    let all: String = of_ticket.iter().map(|note| note.get("hs_note_body")).collect();
    assert!(all.contains("All of it."));
    assert!((0..20).all(|at| all.matches(&format!("{at:02}; ")).count() == 1), "nothing is lost");
    assert_eq!(all.matches("🙂").count(), 20_000);
}
