//! The queues, and what is put on them.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use bridge_domain::ids::OrgId;
use bridge_domain::queue::Queue;
use sha2::{Digest, Sha256};

use crate::error::StoreError;

/// A message to be put on a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Messages of one group are processed in order.
    pub group: String,
    /// SQS drops repeats of it within five minutes.
    pub deduplication_id: String,
    /// JSON.
    pub body: String,
    /// Message attributes, all text.
    pub attributes: BTreeMap<String, String>,
}

/// The most that SQS takes in a message or in a batch of them, in bytes.
pub const LARGEST_MESSAGE: usize = 1024 * 1024;

impl Outgoing {
    /// A message about one thing (thread, session, ticket) of an organisation.
    pub fn new(org: &OrgId, subject: &str, event_id: &str, body: String) -> Self {
        Self {
            group: hash_if_longer(format!("{org}:{subject}")),
            deduplication_id: hash_if_longer(format!("{org}:{subject}:{event_id}")),
            body: escaped(body),
            attributes: BTreeMap::new(),
        }
    }

    /// Returns the size that counts towards [`LARGEST_MESSAGE`], in bytes.
    pub fn size(&self) -> usize {
        let mut size = self.body.len();
        for (name, value) in &self.attributes {
            size += name.len() + "String".len() + value.len();
        }
        size
    }
}

/// JSON without the two characters that it may hold and SQS refuses.
fn escaped(json: String) -> String {
    if !json.contains(['\u{fffe}', '\u{ffff}']) {
        return json;
    }
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// A text as an attribute may hold it: the characters that SQS refuses are marked.
fn allowed(text: &str) -> String {
    text.replace(is_refused, "\u{fffd}")
}

fn is_refused(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The messages in batches that SQS takes: at most ten, and not too large together.
fn batches(messages: &[Outgoing]) -> impl Iterator<Item = &[Outgoing]> {
    let mut rest = messages;
    std::iter::from_fn(move || {
        let mut size = 0;
        let fitting = rest.iter().take(10).take_while(|message| {
            size += message.size();
            size <= LARGEST_MESSAGE
        });
        // One that is too large by itself is left to SQS to refuse.
        let count = fitting.count().max(1).min(rest.len());
        let (batch, left) = rest.split_at(count);
        rest = left;
        (!batch.is_empty()).then_some(batch)
    })
}

/// SQS takes up to 128 printable ASCII characters; what does not fit is hashed.
pub fn hash_if_longer(id: String) -> String {
    let fits = id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { id } else { hex::encode(Sha256::digest(id.as_bytes())) }
}

/// The number of messages of a queue, about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Those that nobody has received yet, or that come again.
    pub waiting: u64,
    /// Those whose delay is not over.
    pub delayed: u64,
    /// Those that an invocation works on, or that are deferred.
    pub in_flight: u64,
}

/// The queues that a function may write to, or tells the depth of.
#[derive(Clone, Debug)]
pub struct Queues {
    client: Client,
    urls: BTreeMap<Queue, String>,
}

impl Queues {
    /// Queues by their addresses.
    pub fn new(client: Client, urls: BTreeMap<Queue, String>) -> Self {
        Self { client, urls }
    }

    /// The client, for who reads a queue.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The address of a queue.
    pub fn url(&self, queue: Queue) -> Result<&str, StoreError> {
        self.urls.get(&queue).map(String::as_str).ok_or(StoreError::NoQueue(queue.variable()))
    }

    /// Returns the depth of a queue, of all organisations: SQS does not count by organisation.
    pub async fn depth(&self, queue: Queue) -> Result<Depth, StoreError> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let request = self.client.get_queue_attributes().queue_url(self.url(queue)?);
        let answer = request.set_attribute_names(Some(names.to_vec())).send().await;
        let answer = answer.map_err(|error| StoreError::aws("reading a queue's depth", &error))?;
        let found = answer.attributes.unwrap_or_default();
        let [waiting, delayed, in_flight] =
            names.map(|name| found.get(&name).and_then(|text| text.parse().ok()).unwrap_or(0));
        Ok(Depth { waiting, delayed, in_flight })
    }

    /// Puts messages on a queue, in order. All of them, or an error; then some may
    /// be there, and a repeat within five minutes does not double them.
    pub async fn send(&self, queue: Queue, messages: &[Outgoing]) -> Result<(), StoreError> {
        for batch in batches(messages) {
            self.send_batch(queue, batch).await?;
        }
        Ok(())
    }

    /// Hides messages of the queue with this ARN for a while, from now on. They were
    /// received with these handles.
    pub async fn defer(
        &self,
        arn: &str,
        receipts: &[&str],
        delay: Duration,
    ) -> Result<(), StoreError> {
        let action = "deferring messages";
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
        // As many as an invocation can have, ten, are taken in one request.
        let mut request = self.client.change_message_visibility_batch().queue_url(url_of(arn));
        for (at, receipt) in receipts.iter().enumerate() {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(at.to_string())
                .receipt_handle(*receipt)
                .visibility_timeout(seconds)
                .build();
            request = request.entries(entry.map_err(StoreError::corrupt)?);
        }
        let answer = request.send().await.map_err(|error| StoreError::aws(action, &error))?;
        match answer.failed.first() {
            None => Ok(()),
            Some(failed) => Err(StoreError::Aws { action, code: failed.code.clone() }),
        }
    }

    /// Deletes messages of the queue with this ARN, which were received with these handles.
    pub async fn delete(&self, arn: &str, receipts: &[String]) -> Result<(), StoreError> {
        for receipt in receipts {
            let request = self.client.delete_message().queue_url(url_of(arn));
            let answer = request.receipt_handle(receipt).send().await;
            answer.map_err(|error| StoreError::aws("deleting messages", &error))?;
        }
        Ok(())
    }

    async fn send_batch(&self, queue: Queue, messages: &[Outgoing]) -> Result<(), StoreError> {
        let url = self.url(queue)?;
        let mut request = self.client.send_message_batch().queue_url(url);
        for (at, message) in messages.iter().enumerate() {
            request = request.entries(entry(at, message)?);
        }
        let answer = request.send().await;
        let answer = answer.map_err(|error| StoreError::aws("writing to a queue", &error))?;
        match answer.failed.first() {
            None => Ok(()),
            Some(failed) => {
                Err(StoreError::Aws { action: "writing to a queue", code: failed.code.clone() })
            }
        }
    }
}

/// Returns the address of a queue that the function reads, of which it is told the ARN.
fn url_of(arn: &str) -> String {
    let parts: Vec<&str> = arn.split(':').collect();
    let [_, partition, _, region, account, name] = parts[..] else { return arn.to_owned() };
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://sqs.{region}.{suffix}/{account}/{name}")
}

fn entry(at: usize, message: &Outgoing) -> Result<SendMessageBatchRequestEntry, StoreError> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(at.to_string())
        .message_group_id(&message.group)
        .message_deduplication_id(&message.deduplication_id)
        .message_body(&message.body);
    for (name, value) in &message.attributes {
        let value =
            MessageAttributeValue::builder().data_type("String").string_value(allowed(value));
        entry = entry.message_attributes(name, value.build().map_err(StoreError::corrupt)?);
    }
    entry.build().map_err(StoreError::corrupt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_read_has_its_address_in_its_arn() {
        let url = |partition| url_of(&format!("arn:{partition}:sqs:eu-central-1:42:acme-a.fifo"));
        assert_eq!(url("aws"), "https://sqs.eu-central-1.amazonaws.com/42/acme-a.fifo");
        assert_eq!(url("aws-cn"), "https://sqs.eu-central-1.amazonaws.com.cn/42/acme-a.fifo");
    }

    #[test]
    fn a_batch_is_never_more_than_sqs_takes() {
        let message = |size| Outgoing {
            group: String::new(),
            deduplication_id: String::new(),
            body: "x".repeat(size),
            attributes: BTreeMap::new(),
        };
        let sizes = |messages: &[Outgoing]| batches(messages).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&vec![message(1); 25]), [10, 10, 5]);
        assert_eq!(sizes(&vec![message(LARGEST_MESSAGE / 2); 3]), [2, 1]);
        assert_eq!(sizes(&vec![message(LARGEST_MESSAGE + 1); 2]), [1, 1]);
    }
}
