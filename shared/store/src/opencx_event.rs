//! An OpenCX event as queue messages.

use bridge_domain::ids::OrgId;
use bridge_domain::opencx::aliases::session_of;
use bridge_domain::opencx::envelope::event_id;
use bridge_domain::queue::Queue;
use bridge_domain::registry::queue_of_event;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::queues::Outgoing;

/// Makes the queue messages of an OpenCX event: one for each conversation in it, in that
/// conversation's group. None for events that the bridge does not act upon.
///
/// SQS drops repeats of the same event. One that says nothing by which to tell it from
/// another is a repeat only within the same `delivery`.
pub fn queue_event(event: &Value, org: &OrgId, delivery: &str) -> Vec<(Queue, Outgoing)> {
    let name = event.get("event").and_then(Value::as_str).unwrap_or_default();
    let Some(queue) = queue_of_event(&name.trim().to_lowercase()) else { return Vec::new() };
    let Some(Value::Array(closings)) = event.get("data") else {
        return vec![(queue, message(event, org, delivery))];
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
        messages.push((queue, message(&one, org, &format!("{delivery}-{at}"))));
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
