//! A message in a queue, and whether it may be received.

use tokio::time::Instant;

use crate::message::{Message, Place};
use crate::receipt::Receipt;

/// A message with what decides whether it may be received.
#[derive(Debug)]
pub(crate) struct Stored {
    pub message: Message,
    /// End of the delay or of the visibility timeout.
    pub ready_at: Instant,
    /// The latest receive from this queue.
    pub receive: Option<Receive>,
    /// Receives from this queue alone: a dead-letter queue counts anew.
    pub receives_here: u32,
}

/// The latest receive of a message.
#[derive(Debug)]
pub(crate) struct Receive {
    pub receipt: Receipt,
    pub at: Instant,
}

impl Stored {
    pub(crate) fn place(&self, now: Instant) -> Place {
        match self.receive {
            _ if self.ready_at <= now => Place::Visible,
            Some(_) => Place::InFlight,
            None => Place::Delayed,
        }
    }

    /// Whether the message is in flight under this very receipt.
    pub(crate) fn is_held_by(&self, receipt: &Receipt, now: Instant) -> bool {
        self.place(now) == Place::InFlight
            && self.receive.as_ref().is_some_and(|receive| receive.receipt == *receipt)
    }
}
