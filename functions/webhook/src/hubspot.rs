//! HubSpot's deliveries: sorted, and queued.

use std::collections::HashSet;

use bridge_domain::hubspot::events::{Accepted, AcceptedEvent, MessagePosted, TicketChange, sort};
use bridge_engine::{App, Sign};
use bridge_store::{Outgoing, Queue};
use serde_json::Value;

use crate::answer::Answer;
use crate::authentication::{Verified, fits};

/// Takes a delivery of up to 100 events. Each is accepted or ignored by itself.
pub(crate) async fn receive(app: &App, delivery: &Verified<'_>) -> Result<Answer, Answer> {
    let events: Vec<Value> = delivery.json()?;
    let trace = trace(delivery.body);
    let mut seen = HashSet::new();
    let (mut messages, mut changes) = (Vec::new(), Vec::new());
    for event in &events {
        let Some(AcceptedEvent { event, repeat_key }) = sort(event, &delivery.settings, &trace)
        else {
            continue;
        };
        if !seen.insert(repeat_key) {
            continue;
        }
        match event {
            Accepted::Message(posted) => messages.extend(posted_message(&posted)),
            Accepted::Change(change) => changes.extend(changed_property(&change)),
        }
    }
    app.queues.send(Queue::Messages, &messages).await?;
    app.queues.send(Queue::Properties, &changes).await?;
    let accepted = messages.len() + changes.len();
    app.note_activity(&delivery.settings.org, Sign::HubSpotDelivery).await;
    if accepted > 0 {
        app.note_activity(&delivery.settings.org, Sign::Event).await;
    }
    let ignored = events.len() - accepted;
    tracing::info!(org = %delivery.settings.org, accepted, ignored, trace, "HubSpot delivery taken");
    Ok(Answer::Taken { accepted, ignored })
}

fn posted_message(posted: &MessagePosted) -> Option<Outgoing> {
    let body = serde_json::to_string(posted).ok()?;
    Some(Outgoing::new(&posted.org, posted.thread.as_str(), &posted.event_id(), body)).filter(fits)
}

fn changed_property(change: &TicketChange) -> Option<Outgoing> {
    let body = serde_json::to_string(change).ok()?;
    Some(Outgoing::new(&change.org, change.ticket.as_str(), &change.event_id(), body)).filter(fits)
}

/// An id for the delivery, that the log lines of its events share.
fn trace(body: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(body)[..8])
}
