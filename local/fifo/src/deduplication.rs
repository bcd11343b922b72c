//! The five-minute memory that makes FIFO sends idempotent.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::message::Sent;

/// How long an id is remembered, counted from the send that was accepted. It outlives the message:
/// deleting or purging does not shorten it (SQS developer guide, "Exactly-once processing").
const WINDOW: Duration = Duration::from_mins(5);

/// The deduplication ids of one queue.
#[derive(Debug, Default)]
pub(crate) struct Deduplication {
    sent: HashMap<String, Sent>,
    /// Ids by age, oldest first, so that forgetting costs nothing.
    by_age: VecDeque<(Instant, String)>,
}

impl Deduplication {
    /// The receipt of the message that was accepted with this id in the last five minutes.
    pub(crate) fn find(&mut self, id: &str, now: Instant) -> Option<Sent> {
        self.forget_old(now);
        self.sent.get(id).cloned()
    }

    /// Remembers an accepted message. The id must be new: a duplicate does not extend the window.
    pub(crate) fn remember(&mut self, id: String, sent: Sent, now: Instant) {
        self.by_age.push_back((now, id.clone()));
        self.sent.insert(id, sent);
    }

    fn forget_old(&mut self, now: Instant) {
        let is_old = |accepted: &Instant| now.duration_since(*accepted) >= WINDOW;
        while let Some((_, id)) = self.by_age.pop_front_if(|(accepted, _)| is_old(accepted)) {
            self.sent.remove(&id);
        }
    }
}
