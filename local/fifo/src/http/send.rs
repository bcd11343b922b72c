//! `SendMessage` and `SendMessageBatch`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::attributes::{self, WireAttribute};
use super::batch;
use super::fault::{Fault, Kind};
use super::operation::{Answer, queue};
use crate::check::{self, MAX_BYTES};
use crate::digest;
use crate::message::NewMessage;
use crate::queue::Queue;
use crate::sqs::Sqs;

/// `SendMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendMessage {
    queue_url: Option<String>,
    #[serde(flatten)]
    draft: Draft,
}

/// `SendMessageBatch`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendMessageBatch {
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
    draft: Draft,
}

/// What both say about a message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Draft {
    message_body: Option<String>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
    delay_seconds: Option<i64>,
    message_attributes: Option<BTreeMap<String, WireAttribute>>,
    message_system_attributes: Option<Map<String, Value>>,
}

impl Draft {
    fn message(self) -> Result<NewMessage, Fault> {
        // Zero changes nothing, so SQS lets it pass.
        if let Some(delay) = self.delay_seconds.filter(|delay| *delay != 0) {
            let reason = "The request include parameter that is not valid for this queue type.";
            return Err(Fault::invalid("DelaySeconds", delay, reason));
        }
        if self.message_system_attributes.is_some_and(|attributes| !attributes.is_empty()) {
            let message = "MessageSystemAttributes are not supported by this endpoint.";
            return Err(Fault::new(Kind::UnsupportedOperation, message));
        }
        Ok(NewMessage {
            body: self.message_body.unwrap_or_default(),
            group: self.message_group_id.unwrap_or_default(),
            deduplication_id: self.message_deduplication_id.unwrap_or_default(),
            attributes: attributes::read(self.message_attributes.unwrap_or_default())?,
        })
    }
}

pub(super) fn one(sqs: &Sqs, request: SendMessage) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    send(&queue, request.draft.message()?).map(Value::Object)
}

pub(super) fn batch(sqs: &Sqs, request: SendMessageBatch) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let ids = request.entries.iter().map(|entry| entry.id.as_str());
    batch::check_ids("SendMessageBatchRequestEntry", ids)?;
    let messages: Vec<_> =
        request.entries.into_iter().map(|entry| (entry.id, entry.draft.message())).collect();
    let bytes = messages.iter().flat_map(|(_, message)| message).map(check::size).sum::<usize>();
    if bytes > MAX_BYTES {
        let message = format!(
            "Batch requests cannot be longer than {MAX_BYTES} bytes. You have sent {bytes} bytes."
        );
        return Err(Fault::new(Kind::BatchRequestTooLong, message));
    }
    let results = messages.iter().map(|(id, message)| {
        let sent = message.clone().and_then(|message| send(&queue, message));
        (id.as_str(), sent)
    });
    Ok(batch::answer(results))
}

fn send(queue: &Queue, message: NewMessage) -> Result<Map<String, Value>, Fault> {
    let body_md5 = digest::of_body(&message.body);
    let attributes_md5 = digest::of_attributes(&message.attributes);
    let sent = queue.send(message)?;
    let mut answer = Map::from_iter([
        ("MessageId".to_owned(), sent.message_id.into()),
        ("SequenceNumber".to_owned(), sent.sequence_number.into()),
        ("MD5OfMessageBody".to_owned(), body_md5.into()),
    ]);
    if let Some(md5) = attributes_md5 {
        answer.insert("MD5OfMessageAttributes".to_owned(), md5.into());
    }
    Ok(answer)
}
