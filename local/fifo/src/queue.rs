//! One queue: the operations of SQS, called directly.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::check::{self, SendError};
use crate::clock::Moment;
use crate::delivery::{self, Request};
use crate::message::{Depth, Held, NewMessage, Received, Sent};
use crate::options::{MAX_VISIBILITY, QueueOptions};
use crate::receipt::{Receipt, ReceiptError};
use crate::shelf::Shelf;
use crate::sqs::{self, Account, Slot};

/// Most messages in one receive.
pub(crate) const MAX_RECEIVE: usize = 10;

/// A handle to one queue; a clone is another handle to the same queue.
#[derive(Debug, Clone)]
pub struct Queue {
    account: Arc<Account>,
    index: usize,
}

impl Queue {
    pub(crate) fn new(account: Arc<Account>, index: usize) -> Self {
        Self { account, index }
    }

    /// The queue's name.
    pub fn name(&self) -> &str {
        &self.options().name
    }

    /// The queue's ARN, as `eventSourceARN` of a Lambda record names it.
    pub fn arn(&self) -> String {
        sqs::arn(self.name())
    }

    /// The settings it was created with.
    pub fn options(&self) -> &QueueOptions {
        &self.slot().options
    }

    /// Sends a message. One with a deduplication id of the last five minutes is dropped, and
    /// answered with the receipt of the first.
    ///
    /// # Errors
    /// What SQS refuses: see [`SendError`].
    pub fn send(&self, message: NewMessage) -> Result<Sent, SendError> {
        check::check(&message)?;
        Ok(self.change(|shelf, now| shelf.accept(message, self.options().delay, now)))
    }

    /// Receives what is there, up to `max` messages (1 to 10, else the nearest of these), which
    /// then are in flight for `visibility` (at most 12 hours; `None`: the queue's own).
    ///
    /// Messages that were received too often move to the redrive target on this occasion.
    pub fn receive(&self, max: usize, visibility: Option<Duration>) -> Vec<Received> {
        let request = Request {
            queue: self.name(),
            max: max.clamp(1, MAX_RECEIVE),
            visibility: visibility.unwrap_or(self.options().visibility).min(MAX_VISIBILITY),
            max_receives: self.slot().redrive.map(|(_, max)| max),
        };
        let mut shelves = self.account.shelves();
        let now = self.account.clock.now();
        let delivery = delivery::deliver(&mut shelves[self.index], request, now);
        if let Some((target, _)) = self.slot().redrive
            && !delivery.dead.is_empty()
        {
            for message in delivery.dead {
                shelves[target].adopt(message, self.name(), now.at);
            }
            self.account.queues[target].changed.notify_waiters();
        }
        delivery.received
    }

    /// Deletes a received message. Deleting it twice is fine.
    ///
    /// # Errors
    /// [`ReceiptError::Invalid`] for a handle this queue never issued, [`ReceiptError::Expired`]
    /// once the visibility timeout is over: the message then stays.
    pub fn delete(&self, receipt_handle: &str) -> Result<(), ReceiptError> {
        let receipt = Receipt::parse(receipt_handle, self.name())?;
        self.change(|shelf, now| shelf.delete(&receipt, receipt_handle, now.at))
    }

    /// Lets the visibility timeout of a received message end `timeout` from now; zero returns it
    /// to the queue at once.
    ///
    /// # Errors
    /// As [`Self::delete`]; [`ReceiptError::Gone`] for a deleted message, and
    /// [`ReceiptError::TooLong`] past 12 hours since the receive.
    pub fn change_visibility(
        &self,
        receipt_handle: &str,
        timeout: Duration,
    ) -> Result<(), ReceiptError> {
        let receipt = Receipt::parse(receipt_handle, self.name())?;
        self.change(|shelf, now| shelf.change_visibility(&receipt, receipt_handle, timeout, now.at))
    }

    /// How many messages there are.
    pub fn depth(&self) -> Depth {
        self.look(Shelf::depth)
    }

    /// Every message in the queue, oldest first, without receiving any: for tests and operators.
    pub fn messages(&self) -> Vec<Held> {
        self.look(Shelf::messages)
    }

    /// Deletes every message, also those in flight. Deduplication ids stay known.
    pub fn purge(&self) {
        self.change(|shelf, _| shelf.stored.clear());
    }

    /// [`Self::purge`] as the endpoint offers it: not again within a minute. Tells whether it did.
    pub(crate) fn purge_now_and_then(&self) -> bool {
        self.change(|shelf, now| shelf.purge_now_and_then(now.at))
    }

    /// When the queue was created, in seconds since 1970.
    pub(crate) fn created_secs(&self) -> u64 {
        self.account.clock.started_secs()
    }

    pub(crate) fn slot(&self) -> &Slot {
        &self.account.queues[self.index]
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Shelf, Instant) -> T) -> T {
        look(&self.account.shelves()[self.index], Instant::now())
    }

    /// Changes the messages, then wakes those who wait for some.
    fn change<T>(&self, change: impl FnOnce(&mut Shelf, Moment) -> T) -> T {
        let outcome = change(&mut self.account.shelves()[self.index], self.account.clock.now());
        self.slot().changed.notify_waiters();
        outcome
    }
}
