//! Events of a Custom Channel: reps' messages and the state of accounts.

use bridge_domain::hubspot::channel_event::{ChannelEvent, sort};
use bridge_domain::json::split_or_one;
use bridge_lambda::{FunctionState, Sign};
use bridge_store::{LARGEST_MESSAGE, Outgoing, Queue};

use crate::answer::Answer;
use crate::authentication::Verified;
use crate::delivery::{in_order, log_ignored};

/// Takes one event, as HubSpot sends them, or an array of them.
pub(crate) async fn receive(
    state: &FunctionState,
    delivery: &Verified<'_>,
) -> Result<Answer, Answer> {
    let settings = &delivery.settings;
    let org = &settings.org;
    let (events, trace) = (delivery.events(split_or_one)?, delivery.id());
    let mut sorted = Vec::new();
    for event in events.iter().flatten() {
        match sort(event, settings, &trace) {
            Ok(event) => sorted.push((event.moment(), event)),
            Err(reason) => log_ignored(org, &trace, &reason),
        }
    }
    let messages: Vec<Outgoing> = in_order(sorted.into_iter()).filter_map(message).collect();
    state.queues.send(Queue::ChannelReplies, &messages).await?;
    if !messages.is_empty() {
        state.note_activity(org, Sign::Event).await;
    }
    let (accepted, ignored) = (messages.len(), events.len() - messages.len());
    tracing::info!(%org, accepted, ignored, trace, "channel delivery taken");
    Ok(Answer::Taken { accepted, ignored })
}

/// The queue message of an event. A reply that is too large for a queue goes without its words,
/// which the function asks for.
fn message(event: ChannelEvent) -> Option<Outgoing> {
    let message = queued(&event)?;
    if message.size() <= LARGEST_MESSAGE {
        return Some(message);
    }
    queued(&event.without_words())
}

fn queued(event: &ChannelEvent) -> Option<Outgoing> {
    let body = serde_json::to_string(event).ok()?;
    Some(Outgoing::new(event.org(), event.subject(), &event.event_id(), body))
}
