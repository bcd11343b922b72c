//! OpenCX's webhooks: each event goes on the queue that it would have come by.

use std::collections::BTreeMap;

use bridge_domain::ids::OrgId;
use bridge_domain::json::{split_or_one, value};
use bridge_domain::settings::Settings;
use bridge_lambda::{FunctionState, Sign};
use bridge_store::{Outgoing, Queue, queue_event};
use serde_json::Value;

use crate::answer::Answer;
use crate::authentication::Verified;
use crate::delivery::fits;

/// Takes one event or an array of them. Whose they are is known from the URL: an
/// event that says otherwise is ignored.
pub(crate) async fn receive(
    state: &FunctionState,
    delivery: &Verified<'_>,
) -> Result<Answer, Answer> {
    let settings = &delivery.settings;
    let org = &settings.org;
    let (mut accepted, mut ignored) = (0, 0);
    let mut queued: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for (at, event) in delivery.events(split_or_one)?.into_iter().enumerate() {
        let delivery = format!("{}-{at}", delivery.id());
        let event = event.and_then(|event| of_org(event, org));
        let messages = match event {
            Some(event) => fitting(event, settings, &delivery)?,
            None => Vec::new(),
        };
        let taken = usize::from(!messages.is_empty());
        accepted += taken;
        ignored += 1 - taken;
        for (queue, message) in messages {
            queued.entry(queue).or_default().push(message);
        }
    }
    for (queue, messages) in queued {
        state.queues.send(queue, &messages).await?;
    }
    if accepted > 0 {
        state.note_activity(org, Sign::Event).await;
    }
    tracing::info!(%org, accepted, ignored, "OpenCX delivery taken");
    Ok(Answer::Taken { accepted, ignored })
}

/// The queue messages of an event. A handoff that is too large goes without its transcript,
/// which the function reads from OpenCX; nothing else can be left out.
fn fitting(
    mut event: Value,
    settings: &Settings,
    delivery: &str,
) -> Result<Vec<(Queue, Outgoing)>, Answer> {
    let has_channels = !settings.channels.is_empty();
    let messages = queue_event(&event, &settings.org, delivery, has_channels);
    if messages.iter().all(|(_, message)| fits(message)) {
        return Ok(messages);
    }
    let data = event.get_mut("data").and_then(Value::as_object_mut);
    if data.is_none_or(|data| data.remove("transcript").is_none()) {
        return Err(Answer::TooLarge);
    }
    let messages = queue_event(&event, &settings.org, delivery, has_channels);
    let fit = messages.iter().all(|(_, message)| fits(message));
    if fit { Ok(messages) } else { Err(Answer::TooLarge) }
}

/// The event with its organisation filled in; `None` if it names another one.
fn of_org(mut event: Value, org: &OrgId) -> Option<Value> {
    let fields = event.as_object_mut()?;
    match fields.get("organization_id") {
        None | Some(Value::Null) => {
            fields.insert("organization_id".to_owned(), org.as_str().into());
            Some(event)
        }
        Some(named) => (value::id(named).as_deref() == Some(org.as_str())).then_some(event),
    }
}
