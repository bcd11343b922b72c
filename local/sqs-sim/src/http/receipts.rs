//! The operations on a receipt handle: `DeleteMessage` and `ChangeMessageVisibility`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::batch;
use super::parameters::{queue, visibility};
use crate::error::SqsError;
use crate::queue::FifoQueue;
use crate::sqs::Sqs;

/// The parameters of `DeleteMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteMessage {
    queue_url: Option<String>,
    receipt_handle: Option<String>,
}

/// The parameters of `ChangeMessageVisibility`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeMessageVisibility {
    queue_url: Option<String>,
    #[serde(flatten)]
    change: VisibilityChange,
}

/// The parameters of `ChangeMessageVisibilityBatch`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeMessageVisibilityBatch {
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
    change: VisibilityChange,
}

/// A message and the seconds that it stays hidden from now.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VisibilityChange {
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

impl VisibilityChange {
    fn apply(&self, queue: &FifoQueue) -> Result<(), SqsError> {
        let timeout = visibility(self.visibility_timeout)?;
        let timeout = timeout.ok_or_else(|| SqsError::missing("VisibilityTimeout"))?;
        queue.change_visibility(handle(self.receipt_handle.as_deref())?, timeout)
    }
}

fn handle(handle: Option<&str>) -> Result<&str, SqsError> {
    handle.ok_or_else(|| SqsError::missing("ReceiptHandle"))
}

pub(super) fn delete(sqs: &Sqs, request: &DeleteMessage) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    queue.delete(handle(request.receipt_handle.as_deref())?)?;
    Ok(json!({}))
}

pub(super) fn change_visibility(
    sqs: &Sqs,
    request: &ChangeMessageVisibility,
) -> Result<Value, SqsError> {
    request.change.apply(&queue(sqs, request.queue_url.as_deref())?)?;
    Ok(json!({}))
}

pub(super) fn change_visibility_batch(
    sqs: &Sqs,
    request: &ChangeMessageVisibilityBatch,
) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let ids = request.entries.iter().map(|entry| entry.id.as_str());
    batch::validate_ids("ChangeMessageVisibilityBatchRequestEntry", ids)?;
    let results = request.entries.iter().map(|entry| {
        let result = entry.change.apply(&queue);
        (entry.id.as_str(), result.map(|()| Map::new()))
    });
    Ok(batch::answer(results))
}
