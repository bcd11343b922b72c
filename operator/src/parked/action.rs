//! Putting parked events back on their queues, and giving them up.

use std::time::Duration;

use bridge_domain::registry::queue_of_function;
use bridge_store::{FIRST_MESSAGE_ID, Outgoing, ParkedBody, Queue, StoredOutcome, hash_if_longer};
use serde_json::{Value, json};

use super::entry::Entry;
use super::queued_message::QueuedMessage;
use crate::connect::Operator;
use crate::problem::Problem;

/// An action on parked events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Back on the queue; uncertain ones only this long after they were parked.
    Redrive {
        /// The time that an effect may take to show.
        settle: Duration,
    },
    /// Away for good.
    Discard,
}

/// The result of an action, or of the dry run of one.
#[derive(Clone, Debug)]
pub(super) struct ActionResult {
    pub(super) id: String,
    pub(super) org: String,
    pub(super) function: String,
    pub(super) reason: String,
    /// Possible in the event's present state.
    pub(super) possible: bool,
    /// Confirmed by `--yes`, and so done; else a dry run.
    pub(super) confirmed: bool,
    /// In words.
    pub(super) result: String,
}

impl ActionResult {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "org": self.org, "function": self.function, "reason": self.reason,
            "done": self.possible && self.confirmed, "result": self.result,
        })
    }
}

impl Action {
    /// Acts on events one after the other, oldest first; what cannot be done does not
    /// keep the others from it. Unless it is `confirmed`, only says what would be done.
    pub(super) async fn on(
        self,
        operator: &Operator,
        entries: &[&Entry],
        confirmed: bool,
    ) -> Result<Vec<ActionResult>, Problem> {
        let mut all = Vec::new();
        for entry in entries {
            let result = match self {
                Self::Redrive { settle } => redrive(operator, entry, settle, confirmed).await,
                Self::Discard => discard(operator, entry, confirmed).await,
            };
            all.push(ActionResult {
                id: entry.id().to_owned(),
                org: entry.org().to_owned(),
                function: entry.function().to_owned(),
                reason: entry.reason().to_owned(),
                possible: result.is_ok(),
                confirmed,
                result: result.unwrap_or_else(|problem| problem.to_string()),
            });
        }
        Ok(all)
    }
}

async fn redrive(
    operator: &Operator,
    entry: &Entry,
    settle: Duration,
    confirmed: bool,
) -> Result<String, Problem> {
    let age = entry.age().unwrap_or_default();
    if entry.reason() == "uncertain" && age < settle {
        let left = settle.saturating_sub(age).as_secs() + 1;
        let error = format!("its effect may still be on its way: redrive it in {left} s");
        return Err(Problem::Failed(error));
    }
    let (queue, message) = message(operator, entry).await?;
    // Known before the claim is opened: what is opened must also be sent.
    operator.app.queues.url(queue)?;
    if !confirmed {
        return Ok(format!("would go back to {}", queue.name()));
    }
    match &entry.stored {
        Some(stored) => send_again(operator, stored, queue, message).await?,
        None => operator.app.queues.send(queue, &[message]).await?,
    }
    take_off(operator, entry).await?;
    Ok(format!("back on {}", queue.name()))
}

async fn send_again(
    operator: &Operator,
    stored: &StoredOutcome,
    queue: Queue,
    mut message: Outgoing,
) -> Result<(), Problem> {
    let table = &operator.app.table;
    let Some(redrives) = table.reopen(stored).await? else {
        let error = "it is not parked any more, or just being worked on";
        return Err(Problem::Failed(error.to_owned()));
    };
    message.deduplication_id = hash_if_longer(format!("redrive:{}:{redrives}", stored.id()));
    operator.app.queues.send(queue, &[message]).await?;
    Ok(table.unlist(stored).await?)
}

/// The queue and message to send: as it came.
async fn message(operator: &Operator, entry: &Entry) -> Result<(Queue, Outgoing), Problem> {
    let kept: Option<ParkedBody> = match &entry.stored {
        Some(stored) => operator.app.table.kept_body(stored).await?,
        None => None,
    };
    let queued = entry.queued.first();
    let (kept_queue, kept_group) =
        kept.as_ref().map_or((None, None), |kept| (kept.queue.clone(), Some(kept.group.clone())));
    let queue = kept_queue.as_deref().and_then(Queue::of_name);
    let queue = queue.or_else(|| queued.and_then(QueuedMessage::queue));
    let queue = queue
        .or_else(|| queue_of_function(entry.function()))
        .ok_or_else(|| Problem::Failed("the queue that it came by is not known".to_owned()))?;
    let first_id = kept.iter().filter(|kept| !kept.message_id.is_empty());
    let first_id =
        first_id.map(|kept| (FIRST_MESSAGE_ID.to_owned(), kept.message_id.clone())).collect();
    let group = kept_group.or_else(|| queued.map(|queued| queued.group().to_owned()));
    let body = kept.map(|kept| kept.body);
    let body = body.or_else(|| queued.map(|queued| queued.body.clone())).ok_or_else(|| {
        let error = "its message is neither in the table nor on parked.fifo (which may hold it back for ten minutes)";
        Problem::Failed(error.to_owned())
    })?;
    Ok((
        queue,
        Outgoing {
            group: group.filter(|group| !group.is_empty()).unwrap_or_else(|| "none".to_owned()),
            deduplication_id: hash_if_longer(format!(
                "redrive:{}",
                queued.map_or(entry.id(), |queued| &queued.message_id)
            )),
            body,
            attributes: first_id,
        },
    ))
}

async fn discard(operator: &Operator, entry: &Entry, confirmed: bool) -> Result<String, Problem> {
    if !confirmed {
        return Ok("would be discarded".to_owned());
    }
    if let Some(stored) = &entry.stored
        && !operator.app.table.discard(stored, "discarded by an operator").await?
    {
        return Err(Problem::Failed("it is not parked any more".to_owned()));
    }
    take_off(operator, entry).await?;
    Ok("discarded".to_owned())
}

async fn take_off(operator: &Operator, entry: &Entry) -> Result<(), Problem> {
    for queued in &entry.queued {
        queued.delete(operator).await?;
    }
    Ok(())
}
