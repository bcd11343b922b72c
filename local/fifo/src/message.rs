//! What goes into a queue, what comes out, and what lies in it.

use std::collections::BTreeMap;

use crate::{digest, sqs};

/// Who sent a message, as the `SenderId` attribute tells: the stack has one caller.
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
    /// Message attributes by name; at most 10.
    pub attributes: BTreeMap<String, Attribute>,
}

/// The value of a message attribute with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, with an optional label (`Number.cents`).
    pub data_type: String,
    /// The value itself.
    pub value: AttributeValue,
}

/// Text for the types `String` and `Number`, bytes for `Binary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// `StringValue`.
    Text(String),
    /// `BinaryValue`.
    Binary(Vec<u8>),
}

impl AttributeValue {
    /// The value as it counts for size and digest.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl<T: Into<String>> From<T> for Attribute {
    /// An attribute of type `String`.
    fn from(text: T) -> Self {
        Self { data_type: "String".to_owned(), value: AttributeValue::Text(text.into()) }
    }
}

/// The receipt of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Id of the message; of the first one, if this send was a dropped duplicate.
    pub message_id: String,
    /// Its place in the queue: 20 digits, growing, too large for a `u64`.
    pub sequence_number: String,
}

/// A message as the queue keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Message id (a UUID); stays the same when the message is redriven.
    pub id: String,
    /// The text.
    pub body: String,
    /// `MessageGroupId`.
    pub group: String,
    /// `MessageDeduplicationId`.
    pub deduplication_id: String,
    /// Its place in the queue it lies in.
    pub sequence_number: String,
    /// Message attributes by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// When it was sent, in milliseconds since 1970.
    pub sent_ms: u64,
    /// When it was received for the first time, in milliseconds since 1970.
    pub first_received_ms: Option<u64>,
    /// How often it was received, in all queues it lay in.
    pub receive_count: u32,
    /// Name of the queue it was moved from, once it was redriven.
    pub dead_letter_source: Option<String>,
}

impl Message {
    /// SQS's own attributes, as `ReceiveMessage` and the records of a Lambda event carry them.
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
            all.insert("DeadLetterQueueSourceArn", sqs::arn(source));
        }
        all
    }

    /// `MD5OfBody`, in lower-case hex.
    pub fn md5_of_body(&self) -> String {
        digest::of_body(&self.body)
    }
}

/// A message handed to a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// Names this one receive; deletes the message, or changes its visibility, until its
    /// visibility is over.
    pub receipt_handle: String,
}

/// A message seen without receiving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The message.
    pub message: Message,
    /// What it is waiting for.
    pub place: Place,
}

/// The three states a message can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Neither delayed nor in flight; it may still wait behind its group.
    Visible,
    /// The queue's delay is not over.
    Delayed,
    /// Received, not deleted, visibility not over.
    InFlight,
}

/// How many messages a queue holds, by [`Place`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// `ApproximateNumberOfMessages`.
    pub visible: usize,
    /// `ApproximateNumberOfMessagesDelayed`.
    pub delayed: usize,
    /// `ApproximateNumberOfMessagesNotVisible`.
    pub in_flight: usize,
}
