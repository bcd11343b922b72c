//! `SendMessage` and `SendMessageBatch`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::batch;
use super::parameters::queue;
use crate::digest;
use crate::error::{ErrorKind, SqsError};
use crate::message::NewMessage;
use crate::queue::FifoQueue;
use crate::sqs::Sqs;
use crate::validate::{self, ATTRIBUTE_TYPE, MAX_BYTES};

/// The parameters of `SendMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendMessage {
    queue_url: Option<String>,
    #[serde(flatten)]
    fields: MessageFields,
}

/// The parameters of `SendMessageBatch`.
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
    fields: MessageFields,
}

/// The fields of a message in both.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageFields {
    message_body: Option<String>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, AttributeValue>,
}

/// `MessageAttributeValue`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributeValue {
    data_type: Option<String>,
    string_value: Option<String>,
}

impl MessageFields {
    fn message(self) -> Result<NewMessage, SqsError> {
        // Zero changes nothing, so SQS lets it pass.
        if let Some(delay) = self.delay_seconds.filter(|delay| *delay != 0) {
            let reason = "The request include parameter that is not valid for this queue type.";
            return Err(SqsError::invalid("DelaySeconds", delay, reason));
        }
        let mut attributes = BTreeMap::new();
        for (name, value) in self.message_attributes {
            if value.data_type.as_deref() != Some(ATTRIBUTE_TYPE) {
                let message = format!("{name}: this endpoint takes attributes of type String only");
                return Err(SqsError::new(ErrorKind::UnsupportedOperation, message));
            }
            attributes.insert(name, value.string_value.unwrap_or_default());
        }
        Ok(NewMessage {
            body: self.message_body.unwrap_or_default(),
            group: self.message_group_id.unwrap_or_default(),
            deduplication_id: self.message_deduplication_id.unwrap_or_default(),
            attributes,
        })
    }
}

pub(super) fn one(sqs: &Sqs, request: SendMessage) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    send(&queue, request.fields.message()?).map(Value::Object)
}

pub(super) fn batch(sqs: &Sqs, request: SendMessageBatch) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let ids = request.entries.iter().map(|entry| entry.id.as_str());
    batch::validate_ids("SendMessageBatchRequestEntry", ids)?;
    let messages: Vec<_> =
        request.entries.into_iter().map(|entry| (entry.id, entry.fields.message())).collect();
    let bytes = messages.iter().flat_map(|(_, message)| message).map(validate::size).sum::<usize>();
    if bytes > MAX_BYTES {
        let message = format!(
            "Batch requests cannot be longer than {MAX_BYTES} bytes. You have sent {bytes} bytes."
        );
        return Err(SqsError::new(ErrorKind::BatchRequestTooLong, message));
    }
    let results = messages.iter().map(|(id, message)| {
        let sent = message.clone().and_then(|message| send(&queue, message));
        (id.as_str(), sent)
    });
    Ok(batch::answer(results))
}

fn send(queue: &FifoQueue, message: NewMessage) -> Result<Map<String, Value>, SqsError> {
    let body_md5 = digest::of_body(&message.body);
    let attributes_md5 = digest::of_attributes(&message.attributes);
    let receipt = queue.send(message)?;
    let mut answer = Map::from_iter([
        ("MessageId".to_owned(), receipt.message_id.into()),
        ("SequenceNumber".to_owned(), receipt.sequence_number.into()),
        ("MD5OfMessageBody".to_owned(), body_md5.into()),
    ]);
    if let Some(md5) = attributes_md5 {
        answer.insert("MD5OfMessageAttributes".to_owned(), md5.into());
    }
    Ok(answer)
}
