//! The messages of one queue, in order, and their changes.
//!
//! No locks, no waiting, no clock of its own: each call is given the time.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::clock::Moment;
use crate::deduplication::Deduplication;
use crate::error::SqsError;
use crate::message::{
    MessageState, NewMessage, QueueDepth, QueuedMessage, SendReceipt, StoredMessage,
};
use crate::queue_options::MAX_VISIBILITY;
use crate::receipt::{self, Receipt};

/// SQS's sequence numbers have 20 digits and do not fit into 64 bits, nor do these.
const FIRST_SEQUENCE_NUMBER: u128 = 18_870_000_000_000_000_000;
/// SQS's numbers grow, but not by one: nobody may count on it.
const SEQUENCE_STEP: u128 = 256;

/// All messages of one queue by sequence. A message keeps its place until it is deleted, which is
/// what makes a returned one come before the later ones of its group.
#[derive(Debug, Default)]
pub(crate) struct QueueState {
    pub entries: BTreeMap<u64, Entry>,
    sent: u64,
    deduplication: Deduplication,
}

/// A message with what decides whether it may be received.
#[derive(Debug)]
pub(crate) struct Entry {
    pub message: StoredMessage,
    /// End of the delay or of the visibility timeout.
    pub ready_at: Instant,
    /// The latest receive from this queue.
    pub last_receive: Option<Receive>,
    /// Receives from this queue alone: a dead-letter queue counts anew.
    pub receives_here: u32,
}

/// The latest receive of a message.
#[derive(Debug)]
pub(crate) struct Receive {
    pub receipt: Receipt,
    pub at: Instant,
}

impl Entry {
    pub(crate) fn state(&self, now: Instant) -> MessageState {
        match self.last_receive {
            _ if self.ready_at <= now => MessageState::Visible,
            Some(_) => MessageState::InFlight,
            None => MessageState::Delayed,
        }
    }

    /// Returns the receive that this receipt names, while the message is in flight under it.
    fn in_flight_under(&self, receipt: &Receipt, now: Instant) -> Option<&Receive> {
        let receive = self.last_receive.as_ref().filter(|receive| receive.receipt == *receipt)?;
        (self.state(now) == MessageState::InFlight).then_some(receive)
    }
}

impl QueueState {
    /// Takes a message in, unless it repeats one of the last five minutes.
    pub(crate) fn accept(&mut self, new: NewMessage, delay: Duration, now: Moment) -> SendReceipt {
        if let Some(original) = self.deduplication.find(&new.deduplication_id, now.at) {
            return original;
        }
        let message = StoredMessage {
            id: Uuid::new_v4().to_string(),
            body: new.body,
            group: new.group,
            deduplication_id: new.deduplication_id,
            sequence_number: String::new(),
            attributes: new.attributes,
            sent_ms: now.ms,
            first_received_ms: None,
            receive_count: 0,
            dead_letter_source: None,
        };
        let (message_id, deduplication_id) = (message.id.clone(), message.deduplication_id.clone());
        let sequence_number = self.append(message, now.at + delay);
        let receipt = SendReceipt { message_id, sequence_number };
        self.deduplication.add(deduplication_id, receipt.clone(), now.at);
        receipt
    }

    /// Takes a message over from another queue. It is not compared with the known deduplication
    /// ids: a redrive must never lose a message.
    pub(crate) fn take_over(&mut self, message: StoredMessage, source: &str, now: Instant) {
        let dead_letter_source = Some(source.to_owned());
        self.append(StoredMessage { dead_letter_source, ..message }, now);
    }

    fn append(&mut self, mut message: StoredMessage, ready_at: Instant) -> String {
        self.sent += 1;
        let number = FIRST_SEQUENCE_NUMBER + u128::from(self.sent) * SEQUENCE_STEP;
        message.sequence_number = number.to_string();
        let entry = Entry { message, ready_at, last_receive: None, receives_here: 0 };
        self.entries.insert(self.sent, entry);
        number.to_string()
    }

    /// Deletes the message of a receipt. A message that is gone already is no error.
    pub(crate) fn delete(
        &mut self,
        receipt: &Receipt,
        handle: &str,
        now: Instant,
    ) -> Result<(), SqsError> {
        if let Some(entry) = self.entries.get(&receipt.sequence) {
            entry.in_flight_under(receipt, now).ok_or_else(|| receipt::expired(handle))?;
            self.entries.remove(&receipt.sequence);
        }
        Ok(())
    }

    /// Sets the end of the visibility timeout of a message in flight to `timeout` from now.
    pub(crate) fn change_visibility(
        &mut self,
        receipt: &Receipt,
        handle: &str,
        timeout: Duration,
        now: Instant,
    ) -> Result<(), SqsError> {
        let entry = self.entries.get_mut(&receipt.sequence);
        let entry = entry.ok_or_else(|| receipt::gone(handle))?;
        let receive = entry.in_flight_under(receipt, now);
        let receive = receive.ok_or_else(|| receipt::expired(handle))?;
        if now.duration_since(receive.at).saturating_add(timeout) > MAX_VISIBILITY {
            let reason =
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]";
            return Err(SqsError::invalid("VisibilityTimeout", timeout.as_secs(), reason));
        }
        entry.ready_at = now + timeout;
        Ok(())
    }

    /// Returns the end of the next delay or visibility timeout, if one is running.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        self.entries.values().map(|entry| entry.ready_at).filter(|at| *at > now).min()
    }

    pub(crate) fn depth(&self, now: Instant) -> QueueDepth {
        let mut depth = QueueDepth::default();
        for entry in self.entries.values() {
            match entry.state(now) {
                MessageState::Visible => depth.visible += 1,
                MessageState::Delayed => depth.delayed += 1,
                MessageState::InFlight => depth.in_flight += 1,
            }
        }
        depth
    }

    pub(crate) fn messages(&self, now: Instant) -> Vec<QueuedMessage> {
        let entries = self.entries.values();
        entries.map(|e| QueuedMessage { message: e.message.clone(), state: e.state(now) }).collect()
    }
}
