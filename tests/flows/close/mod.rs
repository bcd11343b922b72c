//! Resolved conversations close their tickets.

mod handoffs;
mod merged;
mod sessions;
mod ticket_writes;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use hubspot_sim::RecordView;
use serde_json::{Value, json};
use tests::{Bridge, handoff_event};

/// A close of a session, as OpenCX announces it.
fn closed(session: &str, event_id: &str) -> Value {
    json!({ "event": "conversation.closed", "event_id": event_id, "organization_id": "acme",
            "data": { "conversation_id": session, "timestamp": "2026-11-21T21:30:00Z",
                      "resolution_status": "resolved", "summary": "Refunded.",
                      "user_sentiment": "happy" } })
}

/// Returns the outcome of this very event.
async fn ended(bridge: &Bridge, event_id: &str) -> OutcomeRecord {
    bridge.outcome(event_id, |record| record.event_id == event_id).await
}

async fn close(bridge: &Bridge, event: Value) -> OutcomeRecord {
    let id = event["event_id"].as_str().unwrap().to_owned();
    bridge.event(&event).await;
    ended(bridge, &id).await
}

/// A session that was handed off; the id of its ticket.
async fn handed_off(bridge: &Bridge, session: &str) -> String {
    bridge.event(&handoff_event(session)).await;
    let record = ended(bridge, &format!("handoff-{session}")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    record.ticket.unwrap().to_string()
}

fn ticket(bridge: &Bridge, id: &str) -> RecordView {
    bridge.portal().ticket(id).unwrap()
}

/// A session at OpenCX, linked to the ticket of another session of the same person.
async fn second_session(bridge: &Bridge) -> String {
    bridge.opencx().set_events_url(None);
    let contact =
        opencx_sim::Contact { email: Some("ann@example.org".into()), ..Default::default() };
    let text = "And another thing.".into();
    let message = opencx_sim::ContactMessage { contact, text, ..Default::default() };
    let session = bridge.opencx().customer_writes(message).unwrap();
    handed_off(bridge, &session).await;
    session
}
