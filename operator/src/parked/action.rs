//! Putting parked events back on their queues, and giving them up.

use std::time::Duration;

use bridge_domain::registry::queue_of_function;
use bridge_store::{Outgoing, ParkedBody, Queue, StoredOutcome, hash_if_longer};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::entry::Entry;
use super::queued_message::QueuedMessage;
use crate::connect::Operator;
use crate::problem::Problem;

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Back on the queue; uncertain ones only this long after they were parked.
    Redrive {
        /// How long an effect may take to show.
        settle: Duration,
    },
    /// Away for good.
    Discard,
}

/// What was done, or would be.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) id: String,
    pub(super) org: String,
    pub(super) function: String,
    pub(super) reason: String,
    /// Whether it can be done.
    pub(super) possible: bool,
    /// Whether it was meant, or only to be said.
    pub(super) meant: bool,
    /// In words.
    pub(super) result: String,
}

impl Done {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "org": self.org, "function": self.function, "reason": self.reason,
            "done": self.possible && self.meant, "result": self.result,
        })
    }
}

impl Act {
    /// Acts on events one after the other, oldest first; what cannot be done does not
    /// keep the others from it. Unless it is `meant`, only says what would be done.
    pub(super) async fn on(
        self,
        operator: &Operator,
        entries: &[&Entry],
        meant: bool,
    ) -> Result<Vec<Done>, Problem> {
        let mut all = Vec::new();
        for entry in entries {
            let result = match self {
                Self::Redrive { settle } => redrive(operator, entry, settle, meant).await,
                Self::Discard => discard(operator, entry, meant).await,
            };
            all.push(Done {
                id: entry.id().to_owned(),
                org: entry.org().to_owned(),
                function: entry.function().to_owned(),
                reason: entry.reason().to_owned(),
                possible: result.is_ok(),
                meant,
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
    meant: bool,
) -> Result<String, Problem> {
    let age = entry.age(OffsetDateTime::now_utc()).unwrap_or_default();
    if entry.reason() == "uncertain" && age < settle {
        let left = settle.saturating_sub(age).as_secs() + 1;
        let error = format!("its effect may still be on its way: redrive it in {left} s");
        return Err(Problem::Failed(error));
    }
    let (queue, message) = message(operator, entry).await?;
    // Known before the claim is opened: what is opened must also be sent.
    operator.app.queues.url(queue)?;
    if !meant {
        return Ok(format!("would go back to {}", queue.name()));
    }
    match &entry.filed {
        Some(filed) => send_again(operator, filed, queue, message).await?,
        None => operator.app.queues.send(queue, &[message]).await?,
    }
    take_off(operator, entry).await?;
    Ok(format!("back on {}", queue.name()))
}

async fn send_again(
    operator: &Operator,
    filed: &StoredOutcome,
    queue: Queue,
    mut message: Outgoing,
) -> Result<(), Problem> {
    let table = &operator.app.table;
    let Some(redrives) = table.reopen(filed).await? else {
        let error = "it is not parked any more, or just being worked on";
        return Err(Problem::Failed(error.to_owned()));
    };
    message.deduplication_id = hash_if_longer(format!("redrive:{}:{redrives}", filed.id()));
    operator.app.queues.send(queue, &[message]).await?;
    Ok(table.unlist(filed).await?)
}

/// The queue and message to send: as it came.
async fn message(operator: &Operator, entry: &Entry) -> Result<(Queue, Outgoing), Problem> {
    let kept: Option<ParkedBody> = match &entry.filed {
        Some(filed) => operator.app.table.kept_body(filed).await?,
        None => None,
    };
    let held = entry.held.first();
    let gone = || {
        let error = "its message is neither in the table nor on parked.fifo (which may hold it back for ten minutes)";
        Problem::Failed(error.to_owned())
    };
    let (kept_queue, kept_group) =
        kept.as_ref().map_or((None, None), |kept| (kept.queue.clone(), Some(kept.group.clone())));
    let queue = kept_queue.as_deref().and_then(Queue::of_name);
    let queue = queue.or_else(|| held.and_then(QueuedMessage::queue));
    let queue = queue
        .or_else(|| queue_of_function(entry.function()))
        .ok_or_else(|| Problem::Failed("the queue that it came by is not known".to_owned()))?;
    let group = kept_group.or_else(|| held.map(|held| held.group().to_owned()));
    let body = kept.and_then(|kept| kept.body);
    let body = body.or_else(|| held.map(|held| held.body.clone())).ok_or_else(gone)?;
    Ok((
        queue,
        Outgoing {
            group: group.filter(|group| !group.is_empty()).unwrap_or_else(|| "none".to_owned()),
            deduplication_id: hash_if_longer(format!(
                "redrive:{}",
                held.map_or(entry.id(), |held| &held.message_id)
            )),
            body,
            attributes: [].into(),
        },
    ))
}

async fn discard(operator: &Operator, entry: &Entry, meant: bool) -> Result<String, Problem> {
    if !meant {
        return Ok("would be discarded".to_owned());
    }
    if let Some(filed) = &entry.filed
        && !operator.app.table.discard(filed, "discarded by an operator").await?
    {
        return Err(Problem::Failed("it is not parked any more".to_owned()));
    }
    take_off(operator, entry).await?;
    Ok("discarded".to_owned())
}

async fn take_off(operator: &Operator, entry: &Entry) -> Result<(), Problem> {
    for held in &entry.held {
        held.delete(operator).await?;
    }
    Ok(())
}
