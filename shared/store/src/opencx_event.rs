//! An OpenCX event as queue messages.

use bridge_domain::ids::OrgId;
use bridge_domain::opencx::aliases::session_of;
use bridge_domain::opencx::envelope::event_id;
use bridge_domain::queue::Queue;
use bridge_domain::registry::queues_of_event;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::queues::Outgoing;

/// Makes the queue messages of an OpenCX event: one for each conversation in it, in that
/// conversation's group, on each queue that has a reader for it. None for events that the bridge
/// does not act upon.
///
/// SQS drops repeats of the same event. One that says nothing by which to tell it from
/// another is a repeat only within the same `delivery`.
pub fn queue_event(
    event: &Value,
    org: &OrgId,
    delivery: &str,
    has_channels: bool,
) -> Vec<(Queue, Outgoing)> {
    let name = event.get("event").and_then(Value::as_str).unwrap_or_default().trim().to_lowercase();
    let queues: Vec<Queue> = queues_of_event(&name, has_channels).collect();
    if queues.is_empty() {
        return Vec::new();
    }
    let pieces = pieces(event, org, delivery);
    let mut messages = Vec::new();
    for queue in queues {
        messages.extend(pieces.iter().map(|piece| (queue, piece.clone())));
    }
    messages
}

/// Splits an event into one message for each conversation in it.
fn pieces(event: &Value, org: &OrgId, delivery: &str) -> Vec<Outgoing> {
    let Some(Value::Array(closings)) = event.get("data") else {
        return vec![message(event, org, delivery)];
    };
    // Only what is read: each piece gets a copy of it.
    let mut one = json!({ "event": event["event"], "organization_id": event["organization_id"] });
    let id = event_id(event);
    let mut messages = Vec::new();
    for (at, data) in closings.iter().enumerate() {
        one["data"] = data.clone();
        if let Some(id) = &id {
            one["event_id"] = format!("{id}-{at}").into();
        }
        messages.push(message(&one, org, &format!("{delivery}-{at}")));
    }
    messages
}

fn message(event: &Value, org: &OrgId, delivery: &str) -> Outgoing {
    let body = event.to_string();
    let data = &event["data"];
    let session = session_of(data).unwrap_or_else(|| "none".to_owned());
    let marks = [&event["event_id"], &data["message_id"], &data["timestamp"]];
    let id = if marks.iter().any(|mark| !mark.is_null()) {
        hex::encode(Sha256::digest(body.as_bytes()))
    } else {
        delivery.to_owned()
    };
    Outgoing::new(org, &session, &id, body)
}
