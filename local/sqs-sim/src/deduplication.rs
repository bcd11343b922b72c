//! The deduplication ids of the last five minutes, which make FIFO sends idempotent.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::message::SendReceipt;

/// The deduplication interval, counted from the send that was accepted. It outlives the message:
/// a deletion does not shorten it (SQS developer guide, "Exactly-once processing").
const INTERVAL: Duration = Duration::from_mins(5);

/// The deduplication ids of one queue.
#[derive(Debug, Default)]
pub(crate) struct Deduplication {
    accepted: HashMap<String, SendReceipt>,
    /// Ids by age, oldest first, so that expiry is cheap.
    by_age: VecDeque<(Instant, String)>,
}

impl Deduplication {
    /// Returns the receipt of the message that was accepted with this id in the last five minutes.
    pub(crate) fn find(&mut self, id: &str, now: Instant) -> Option<SendReceipt> {
        let expired = |accepted: &Instant| now.duration_since(*accepted) >= INTERVAL;
        while let Some((_, id)) = self.by_age.pop_front_if(|(accepted, _)| expired(accepted)) {
            self.accepted.remove(&id);
        }
        self.accepted.get(id).cloned()
    }

    /// Adds an accepted message. The id must be new: a duplicate does not extend the interval.
    pub(crate) fn add(&mut self, id: String, receipt: SendReceipt, now: Instant) {
        self.by_age.push_back((now, id.clone()));
        self.accepted.insert(id, receipt);
    }
}
