//! OpenCX's webhooks: each event goes on the queue that it would have come by.

use std::collections::BTreeMap;

use bridge_domain::ids::OrgId;
use bridge_domain::opencx::aliases::session_of;
use bridge_domain::opencx::events::short_id;
use bridge_domain::registry::queue_of_event;
use bridge_engine::{App, Sign};
use bridge_store::{Outgoing, Queue};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::authentication::{Verified, fits};

/// Takes one event or an array of them. Whose they are is known from the URL: an
/// event that says otherwise is ignored.
pub(crate) async fn receive(app: &App, delivery: &Verified<'_>) -> Result<Answer, Answer> {
    let org = &delivery.settings.org;
    let events = match delivery.json()? {
        Value::Array(events) => events,
        event @ Value::Object(_) => vec![event],
        _ => return Err(Answer::NotReadable),
    };
    let (mut accepted, mut ignored) = (0, 0);
    let mut queued: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for event in events {
        let messages = of_org(event, org).map(|event| queue_event(&event, org)).unwrap_or_default();
        let messages: Vec<_> = messages.into_iter().filter(|(_, message)| fits(message)).collect();
        let taken = usize::from(!messages.is_empty());
        accepted += taken;
        ignored += 1 - taken;
        for (queue, message) in messages {
            queued.entry(queue).or_default().push(message);
        }
    }
    for (queue, messages) in queued {
        app.queues.send(queue, &messages).await?;
    }
    if accepted > 0 {
        app.note_activity(org, Sign::Event).await;
    }
    tracing::info!(%org, accepted, ignored, "OpenCX delivery taken");
    Ok(Answer::Taken { accepted, ignored })
}

/// The event with its organisation filled in; `None` if it names another one.
fn of_org(mut event: Value, org: &OrgId) -> Option<Value> {
    let fields = event.as_object_mut()?;
    match fields.get("organization_id") {
        None | Some(Value::Null) => {
            fields.insert("organization_id".to_owned(), org.as_str().into());
            Some(event)
        }
        Some(named) => (named.as_str() == Some(org.as_str())).then_some(event),
    }
}

/// The queue messages of an OpenCX event: one for each conversation in it, in that
/// conversation's group. None for events that the bridge does not act upon.
pub fn queue_event(event: &Value, org: &OrgId) -> Vec<(Queue, Outgoing)> {
    let Some(queue) = event.get("event").and_then(Value::as_str).and_then(queue_of_event) else {
        return Vec::new();
    };
    let Some(Value::Array(closings)) = event.get("data") else {
        return vec![(queue, message(event, org))];
    };
    // Only what is read: each piece gets a copy of it.
    let mut one = json!({ "event": event["event"], "organization_id": event["organization_id"] });
    let id = event.get("event_id").and_then(Value::as_str).map(|id| short_id(id.to_owned()));
    let piece = |(at, data): (usize, &Value)| {
        one["data"] = data.clone();
        if let Some(id) = &id {
            one["event_id"] = format!("{id}-{at}").into();
        }
        (queue, message(&one, org))
    };
    closings.iter().enumerate().map(piece).collect()
}

fn message(event: &Value, org: &OrgId) -> Outgoing {
    let body = event.to_string();
    let session = event.get("data").and_then(session_of).unwrap_or("none");
    let id = event.get("event_id").and_then(Value::as_str).map(str::to_owned);
    let id = id.unwrap_or_else(|| hex::encode(Sha256::digest(body.as_bytes())));
    Outgoing::new(org, session, &id, body)
}
