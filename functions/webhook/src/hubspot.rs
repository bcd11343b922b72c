//! HubSpot's deliveries: sorted, and queued.

use std::collections::HashSet;

use bridge_domain::hubspot::events::{Accepted, AcceptedEvent, MessagePosted, sort};
use bridge_domain::hubspot::record_event::RecordEvent;
use bridge_domain::json::split;
use bridge_domain::time::Timestamp;
use bridge_lambda::{FunctionState, Sign};
use bridge_store::{Outgoing, Queue};
use serde_json::Value;

use crate::answer::Answer;
use crate::authentication::Verified;
use crate::delivery::{fits, in_order, log_ignored};

/// Takes a delivery of up to 100 events. Each is accepted or ignored by itself.
pub(crate) async fn receive(
    state: &FunctionState,
    delivery: &Verified<'_>,
) -> Result<Answer, Answer> {
    let org = &delivery.settings.org;
    let events = delivery.events(split)?;
    let trace = delivery.id();
    let (mut messages, mut records) = (Vec::new(), Vec::new());
    let accepted = accepted(delivery, &events, &trace);
    for event in in_order(accepted.into_iter().map(|one| (one.occurred_at, one.event))) {
        match event {
            Accepted::Message(posted) => messages.extend(message(&posted)),
            Accepted::Record(event) => records.extend(record(&event)),
        }
    }
    state.queues.send(Queue::Messages, &messages).await?;
    state.queues.send(Queue::Properties, &records).await?;
    let accepted = messages.len() + records.len();
    let sign = if delivery.is_v3 { Sign::SignedV3 } else { Sign::HubSpotDelivery };
    state.note_activity(org, sign).await;
    if accepted > 0 {
        state.note_activity(org, Sign::Event).await;
    }
    let ignored = events.len() - accepted;
    tracing::info!(%org, accepted, ignored, trace, "HubSpot delivery taken");
    Ok(Answer::Taken { accepted, ignored })
}

/// The events of a delivery that ask for something, each once.
fn accepted(delivery: &Verified<'_>, events: &[Option<Value>], trace: &str) -> Vec<AcceptedEvent> {
    let (org, now) = (&delivery.settings.org, Timestamp::now());
    let (mut seen, mut accepted) = (HashSet::new(), Vec::new());
    for event in events.iter().flatten() {
        match sort(event, &delivery.settings, trace, now) {
            Ok(event) if seen.insert(event.repeat_key.clone()) => accepted.push(event),
            Ok(_) => tracing::debug!(%org, trace, "event ignored: a repeat within the delivery"),
            Err(reason) => log_ignored(org, trace, &reason),
        }
    }
    accepted
}

fn message(posted: &MessagePosted) -> Option<Outgoing> {
    let body = serde_json::to_string(posted).ok()?;
    Some(Outgoing::new(&posted.org, posted.thread.as_str(), &posted.event_id(), body)).filter(fits)
}

fn record(event: &RecordEvent) -> Option<Outgoing> {
    let body = serde_json::to_string(event).ok()?;
    Some(Outgoing::new(event.org(), event.subject(), &event.event_id(), body)).filter(fits)
}
