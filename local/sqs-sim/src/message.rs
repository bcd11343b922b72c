//! Messages as they are sent, stored and received.

use std::collections::BTreeMap;

use crate::{arn, digest};

/// The `SenderId` attribute of every message: the stack has one caller.
const SENDER_ID: &str = "AIDAZZZZZZZZZZLOCALZZ";

/// A message to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMessage {
    /// The text; 1 byte to 1 MiB, attributes included.
    pub body: String,
    /// `MessageGroupId`: messages of one group are delivered strictly in order.
    pub group: String,
    /// `MessageDeduplicationId`: a second message with it within 5 minutes is dropped.
    pub deduplication_id: String,
    /// Message attributes of type `String` by name; at most 10.
    pub attributes: BTreeMap<String, String>,
}

/// The answer to a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendReceipt {
    /// Id of the message; of the first one, if this send was a dropped duplicate.
    pub message_id: String,
    /// Its place in the queue: 20 digits, growing, too large for a `u64`.
    pub sequence_number: String,
}

/// A message as the queue keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Message id (a UUID); stays the same when the message is redriven.
    pub id: String,
    pub body: String,
    pub group: String,
    pub deduplication_id: String,
    /// Its place in the queue it lies in.
    pub sequence_number: String,
    pub attributes: BTreeMap<String, String>,
    /// Time of the send, in milliseconds since 1970; a redrive does not change it.
    pub sent_ms: u64,
    /// Time of the first receive, in milliseconds since 1970.
    pub first_received_ms: Option<u64>,
    /// Number of receives, in all queues it lay in.
    pub receive_count: u32,
    /// Name of the queue it was moved from, once it was redriven.
    pub dead_letter_source: Option<String>,
}

impl StoredMessage {
    /// Returns SQS's own attributes, as `ReceiveMessage` and the records of a Lambda event carry
    /// them.
    pub fn system_attributes(&self) -> BTreeMap<&'static str, String> {
        let mut all = BTreeMap::from([
            ("ApproximateReceiveCount", self.receive_count.to_string()),
            ("MessageDeduplicationId", self.deduplication_id.clone()),
            ("MessageGroupId", self.group.clone()),
            ("SenderId", SENDER_ID.to_owned()),
            ("SentTimestamp", self.sent_ms.to_string()),
            ("SequenceNumber", self.sequence_number.clone()),
        ]);
        if let Some(at) = self.first_received_ms {
            all.insert("ApproximateFirstReceiveTimestamp", at.to_string());
        }
        if let Some(source) = &self.dead_letter_source {
            all.insert("DeadLetterQueueSourceArn", arn::queue_arn(source));
        }
        all
    }

    /// Returns `MD5OfBody`, in lower-case hex.
    pub fn md5_of_body(&self) -> String {
        digest::of_body(&self.body)
    }
}

/// A message handed to a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMessage {
    pub message: StoredMessage,
    /// Names this one receive: deletes the message, or changes its visibility, until its
    /// visibility timeout ends.
    pub receipt_handle: String,
}

/// A message seen without receiving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    pub message: StoredMessage,
    /// The reason why it waits.
    pub state: MessageState,
}

/// The three states of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Neither delayed nor in flight; it may still wait behind its group.
    Visible,
    /// Sent less than the queue's delay ago.
    Delayed,
    /// Received, not deleted, visibility timeout running.
    InFlight,
}

/// The numbers of messages in a queue by [`MessageState`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// `ApproximateNumberOfMessages`.
    pub visible: usize,
    /// `ApproximateNumberOfMessagesDelayed`.
    pub delayed: usize,
    /// `ApproximateNumberOfMessagesNotVisible`.
    pub in_flight: usize,
}
