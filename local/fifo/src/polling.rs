//! Long polling: a receive that waits for its first message.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::message::Received;
use crate::queue::Queue;
use crate::shelf::Shelf;

/// Longest long poll.
const MAX_WAIT: Duration = Duration::from_secs(20);

impl Queue {
    /// Receives up to `max` messages, waiting up to `wait` (at most 20 s) for the first.
    ///
    /// Wakes on a send, on the end of a delay or visibility timeout, and when a group is set free.
    /// Dropping the future loses nothing: messages are taken only when it is ready.
    pub async fn receive_wait(&self, max: usize, wait: Duration) -> Vec<Received> {
        self.receive_within(max, None, wait).await
    }

    /// [`Self::receive_wait`] with a visibility timeout of its own.
    pub(crate) async fn receive_within(
        &self,
        max: usize,
        visibility: Option<Duration>,
        wait: Duration,
    ) -> Vec<Received> {
        let deadline = Instant::now() + wait.min(MAX_WAIT);
        loop {
            // Listens before it looks, so that no change between the two is missed.
            let mut changed = pin!(self.slot().changed.notified());
            changed.as_mut().enable();
            let received = self.receive(max, visibility);
            if !received.is_empty() || Instant::now() >= deadline {
                return received;
            }
            let next_change = self.look(Shelf::next_change);
            let wake_at = next_change.map_or(deadline, |at| at.min(deadline));
            tokio::select! {
                () = changed => {}
                () = sleep_until(wake_at) => {}
            }
        }
    }
}
