//! Receipt handles, each of which names one receive of one message.
//!
//! A handle carries the queue, the message's place and an id of the receive. So a handle that SQS
//! never issued, one of another queue, one that is out of date and one of a deleted message can be
//! told apart, which SQS answers differently.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use thiserror::Error;
use uuid::Uuid;

/// The meaning of a receipt handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Sequence of the message in its queue.
    pub sequence: u64,
    receive_id: Uuid,
}

/// A reason why a receipt handle is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// This queue never issued the handle.
    #[error("The input receipt handle \"{0}\" is not a valid receipt handle.")]
    Invalid(String),
    /// The message became visible again, or was received again: it is no longer this consumer's.
    #[error(
        "Value {0} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    )]
    Expired(String),
    /// The message was deleted, so its visibility cannot change.
    #[error(
        "Value {0} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not \
         available for visibility timeout change."
    )]
    Gone(String),
    /// The new timeout, or the time since the receive together with it, is over 12 hours.
    #[error(
        "Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout \
         for the message is beyond the limit [43200 seconds]"
    )]
    TooLong {
        /// The timeout asked for, in seconds.
        seconds: u64,
    },
}

impl Receipt {
    /// Creates a fresh receipt for a message.
    pub(crate) fn issue(sequence: u64) -> Self {
        Self { sequence, receive_id: Uuid::new_v4() }
    }

    /// Returns the handle as the consumer sees it: opaque, with the characters of real ones.
    pub(crate) fn handle(&self, queue: &str) -> String {
        BASE64_STANDARD.encode(format!("{queue} {} {}", self.sequence, self.receive_id))
    }

    /// Reads a handle back, if this queue can have issued it.
    pub(crate) fn parse(handle: &str, queue: &str) -> Result<Self, ReceiptError> {
        Self::decode(handle, queue).ok_or_else(|| ReceiptError::Invalid(handle.to_owned()))
    }

    fn decode(handle: &str, queue: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_STANDARD.decode(handle).ok()?).ok()?;
        let (sequence, id) = text.strip_prefix(queue)?.strip_prefix(' ')?.split_once(' ')?;
        Some(Self { sequence: sequence.parse().ok()?, receive_id: id.parse().ok()? })
    }
}
