//! One queue: the operations of SQS, called directly.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::account::{Account, QueueEntry};
use crate::arn;
use crate::clock::Moment;
use crate::delivery::{self, ReceiveRequest};
use crate::error::SqsError;
use crate::message::{NewMessage, QueueDepth, QueuedMessage, ReceivedMessage, SendReceipt};
use crate::queue_options::{MAX_VISIBILITY, QueueOptions};
use crate::queue_state::QueueState;
use crate::receipt::Receipt;
use crate::validate;

/// Most messages in one receive.
pub(crate) const MAX_RECEIVE: usize = 10;
/// Longest long poll.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// A handle to one queue; a clone is another handle to the same queue.
#[derive(Debug, Clone)]
pub struct FifoQueue {
    account: Arc<Account>,
    index: usize,
}

impl FifoQueue {
    pub(crate) fn new(account: Arc<Account>, index: usize) -> Self {
        Self { account, index }
    }

    pub fn name(&self) -> &str {
        &self.options().name
    }

    /// Returns the queue's ARN, as `eventSourceARN` of a Lambda record names it.
    pub fn arn(&self) -> String {
        arn::queue_arn(self.name())
    }

    pub fn options(&self) -> &QueueOptions {
        &self.entry().options
    }

    /// Sends a message. One with a deduplication id of the last five minutes is dropped, and
    /// answered with the receipt of the first.
    pub fn send(&self, message: NewMessage) -> Result<SendReceipt, SqsError> {
        validate::message(&message)?;
        Ok(self.change(|state, now| state.accept(message, self.options().delay, now)))
    }

    /// Receives what is there, up to `max` messages (1 to 10, else the nearest of these), which
    /// then are in flight for `visibility` (at most 12 hours; `None`: the queue's own).
    ///
    /// Messages that were received too often move to the redrive target on this occasion.
    pub fn receive(&self, max: usize, visibility: Option<Duration>) -> Vec<ReceivedMessage> {
        let request = ReceiveRequest {
            queue: self.name(),
            max: max.clamp(1, MAX_RECEIVE),
            visibility: visibility.unwrap_or(self.options().visibility).min(MAX_VISIBILITY),
            max_receive_count: self.entry().redrive.map(|(_, max)| max),
        };
        let mut states = self.account.states();
        let now = self.account.clock.now();
        let delivery = delivery::deliver(&mut states[self.index], request, now);
        if let Some((target, _)) = self.entry().redrive
            && !delivery.dead.is_empty()
        {
            for message in delivery.dead {
                states[target].take_over(message, self.name(), now.at);
            }
            self.account.queues[target].changed.notify_waiters();
        }
        delivery.received
    }

    /// Receives as [`Self::receive`], waiting up to `wait` (at most 20 s) for the first message.
    ///
    /// Wakes on a send, on the end of a delay or visibility timeout, and when a group is set free.
    /// Dropping the future loses nothing: messages are taken only when it is ready.
    pub async fn receive_wait(
        &self,
        max: usize,
        visibility: Option<Duration>,
        wait: Duration,
    ) -> Vec<ReceivedMessage> {
        let deadline = Instant::now() + wait.min(MAX_WAIT);
        loop {
            // Listens before it looks, so that no change between the two is missed.
            let mut changed = pin!(self.entry().changed.notified());
            changed.as_mut().enable();
            let received = self.receive(max, visibility);
            if !received.is_empty() || Instant::now() >= deadline {
                return received;
            }
            let next_change = self.inspect(QueueState::next_change);
            let wake_at = next_change.map_or(deadline, |at| at.min(deadline));
            tokio::select! {
                () = changed => {}
                () = sleep_until(wake_at) => {}
            }
        }
    }

    /// Deletes a received message. Deleting it twice is fine; once its visibility timeout is over,
    /// the handle is refused and the message stays.
    pub fn delete(&self, receipt_handle: &str) -> Result<(), SqsError> {
        let receipt = Receipt::parse(receipt_handle, self.name())?;
        self.change(|state, now| state.delete(&receipt, receipt_handle, now.at))
    }

    /// Sets the end of the visibility timeout of a received message to `timeout` from now; zero
    /// returns it to the queue at once. Refused as in [`Self::delete`], for a deleted message, and
    /// past 12 hours since the receive.
    pub fn change_visibility(
        &self,
        receipt_handle: &str,
        timeout: Duration,
    ) -> Result<(), SqsError> {
        let receipt = Receipt::parse(receipt_handle, self.name())?;
        self.change(|state, now| state.change_visibility(&receipt, receipt_handle, timeout, now.at))
    }

    pub fn depth(&self) -> QueueDepth {
        self.inspect(QueueState::depth)
    }

    /// Returns every message in the queue, oldest first, without receiving any.
    pub fn messages(&self) -> Vec<QueuedMessage> {
        self.inspect(QueueState::messages)
    }

    fn entry(&self) -> &QueueEntry {
        &self.account.queues[self.index]
    }

    fn inspect<T>(&self, read: impl FnOnce(&QueueState, Instant) -> T) -> T {
        read(&self.account.states()[self.index], Instant::now())
    }

    /// Changes the messages, then wakes the long polls.
    fn change<T>(&self, change: impl FnOnce(&mut QueueState, Moment) -> T) -> T {
        let result = change(&mut self.account.states()[self.index], self.account.clock.now());
        self.entry().changed.notify_waiters();
        result
    }
}
