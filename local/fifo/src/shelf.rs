//! The messages of one queue, in order, and every change they can go through.
//!
//! No locks, no waiting, no clock of its own: each call is told what time it is.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::clock::Moment;
use crate::deduplication::Deduplication;
use crate::message::{Depth, Held, Message, NewMessage, Place, Sent};
use crate::options::MAX_VISIBILITY;
use crate::receipt::{Receipt, ReceiptError};
use crate::stored::Stored;

/// SQS's sequence numbers have 20 digits and do not fit into 64 bits, nor do these.
const FIRST_SEQUENCE_NUMBER: u128 = 18_870_000_000_000_000_000;
/// SQS's numbers grow, but not by one: nobody may count on it.
const SEQUENCE_STEP: u128 = 256;
/// `PurgeQueue` is refused for this long after one that was done.
const PURGE_PAUSE: Duration = Duration::from_mins(1);

/// All messages of one queue by sequence. A message keeps its place until it is deleted, which is
/// what makes a returned one come before the later ones of its group.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub stored: BTreeMap<u64, Stored>,
    sent: u64,
    known: Deduplication,
    purged_at: Option<Instant>,
}

impl Shelf {
    /// Takes a message in, unless it repeats one of the last five minutes.
    pub(crate) fn accept(&mut self, new: NewMessage, delay: Duration, now: Moment) -> Sent {
        if let Some(original) = self.known.find(&new.deduplication_id, now.at) {
            return original;
        }
        let message = Message {
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
        let (id, deduplication_id) = (message.id.clone(), message.deduplication_id.clone());
        let sequence_number = self.append(message, now.at + delay);
        let sent = Sent { message_id: id, sequence_number };
        self.known.remember(deduplication_id, sent.clone(), now.at);
        sent
    }

    /// Takes a message over from another queue. It is not held against the known deduplication
    /// ids: a redrive must never lose a message.
    pub(crate) fn adopt(&mut self, message: Message, source: &str, now: Instant) {
        self.append(Message { dead_letter_source: Some(source.to_owned()), ..message }, now);
    }

    fn append(&mut self, mut message: Message, ready_at: Instant) -> String {
        self.sent += 1;
        let number = FIRST_SEQUENCE_NUMBER + u128::from(self.sent) * SEQUENCE_STEP;
        message.sequence_number = number.to_string();
        let stored = Stored { message, ready_at, receive: None, receives_here: 0 };
        self.stored.insert(self.sent, stored);
        number.to_string()
    }

    /// Deletes the message of a receipt. A message that is gone already is no error.
    pub(crate) fn delete(
        &mut self,
        receipt: &Receipt,
        handle: &str,
        now: Instant,
    ) -> Result<(), ReceiptError> {
        match self.stored.get(&receipt.sequence) {
            Some(stored) if !stored.is_held_by(receipt, now) => {
                Err(ReceiptError::Expired(handle.to_owned()))
            }
            _ => {
                self.stored.remove(&receipt.sequence);
                Ok(())
            }
        }
    }

    /// Lets the visibility of a message in flight end `timeout` from now.
    pub(crate) fn change_visibility(
        &mut self,
        receipt: &Receipt,
        handle: &str,
        timeout: Duration,
        now: Instant,
    ) -> Result<(), ReceiptError> {
        let Some(stored) = self.stored.get_mut(&receipt.sequence) else {
            return Err(ReceiptError::Gone(handle.to_owned()));
        };
        if !stored.is_held_by(receipt, now) {
            return Err(ReceiptError::Expired(handle.to_owned()));
        }
        let held = stored.receive.as_ref().map_or(Duration::ZERO, |r| now.duration_since(r.at));
        if held.saturating_add(timeout) > MAX_VISIBILITY {
            return Err(ReceiptError::TooLong { seconds: timeout.as_secs() });
        }
        stored.ready_at = now + timeout;
        Ok(())
    }

    /// Empties the queue, unless that was done less than a minute ago. Tells whether it did.
    pub(crate) fn purge_now_and_then(&mut self, now: Instant) -> bool {
        if self.purged_at.is_some_and(|last| now.duration_since(last) < PURGE_PAUSE) {
            return false;
        }
        self.purged_at = Some(now);
        self.stored.clear();
        true
    }

    /// When the next delay or visibility timeout ends, if one is running.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        self.stored.values().map(|stored| stored.ready_at).filter(|at| *at > now).min()
    }

    pub(crate) fn depth(&self, now: Instant) -> Depth {
        self.stored.values().fold(Depth::default(), |mut depth, stored| {
            match stored.place(now) {
                Place::Visible => depth.visible += 1,
                Place::Delayed => depth.delayed += 1,
                Place::InFlight => depth.in_flight += 1,
            }
            depth
        })
    }

    pub(crate) fn messages(&self, now: Instant) -> Vec<Held> {
        let held = |s: &Stored| Held { message: s.message.clone(), place: s.place(now) };
        self.stored.values().map(held).collect()
    }
}
