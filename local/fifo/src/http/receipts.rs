//! What a consumer does with a receipt handle: delete the message, or change its visibility.

use serde::Deserialize;
use serde_json::{Map, json};

use super::batch;
use super::fault::Fault;
use super::operation::{Answer, queue, visibility};
use crate::queue::Queue;
use crate::sqs::Sqs;

/// `DeleteMessage` and `ChangeMessageVisibility`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    queue_url: Option<String>,
    #[serde(flatten)]
    target: Target,
}

/// Their batches.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Many {
    queue_url: Option<String>,
    #[serde(default)]
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    target: Target,
}

/// The message, and for a change the seconds that it stays hidden from now.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

impl Target {
    fn handle(&self) -> Result<&str, Fault> {
        self.receipt_handle.as_deref().ok_or_else(|| Fault::missing("ReceiptHandle"))
    }

    fn delete(&self, queue: &Queue) -> Result<(), Fault> {
        Ok(queue.delete(self.handle()?)?)
    }

    fn change(&self, queue: &Queue) -> Result<(), Fault> {
        let timeout = visibility(self.visibility_timeout)?;
        let timeout = timeout.ok_or_else(|| Fault::missing("VisibilityTimeout"))?;
        Ok(queue.change_visibility(self.handle()?, timeout)?)
    }
}

pub(super) fn delete(sqs: &Sqs, request: &One) -> Answer {
    request.target.delete(&queue(sqs, request.queue_url.as_deref())?)?;
    Ok(json!({}))
}

pub(super) fn change(sqs: &Sqs, request: &One) -> Answer {
    request.target.change(&queue(sqs, request.queue_url.as_deref())?)?;
    Ok(json!({}))
}

pub(super) fn delete_batch(sqs: &Sqs, request: &Many) -> Answer {
    each(sqs, request, "DeleteMessageBatchRequestEntry", Target::delete)
}

pub(super) fn change_batch(sqs: &Sqs, request: &Many) -> Answer {
    each(sqs, request, "ChangeMessageVisibilityBatchRequestEntry", Target::change)
}

fn each(
    sqs: &Sqs,
    request: &Many,
    entry: &str,
    act: fn(&Target, &Queue) -> Result<(), Fault>,
) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    batch::check_ids(entry, request.entries.iter().map(|entry| entry.id.as_str()))?;
    let results = request.entries.iter().map(|entry| {
        let result = act(&entry.target, &queue);
        (entry.id.as_str(), result.map(|()| Map::new()))
    });
    Ok(batch::answer(results))
}
