//! Receipt handles, each of which names one receive of one message.
//!
//! A handle carries the queue, the message's place and an id of the receive. So a handle that SQS
//! never issued, one of another queue, one that is out of date and one of a deleted message can be
//! told apart, which SQS answers differently.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use crate::error::{ErrorKind, SqsError};

/// The meaning of a receipt handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Sequence of the message in its queue.
    pub sequence: u64,
    receive_id: Uuid,
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
    pub(crate) fn parse(handle: &str, queue: &str) -> Result<Self, SqsError> {
        Self::decode(handle, queue).ok_or_else(|| {
            let text =
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
            SqsError::new(ErrorKind::ReceiptHandleIsInvalid, text)
        })
    }

    fn decode(handle: &str, queue: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_STANDARD.decode(handle).ok()?).ok()?;
        let (sequence, id) = text.strip_prefix(queue)?.strip_prefix(' ')?.split_once(' ')?;
        Some(Self { sequence: sequence.parse().ok()?, receive_id: id.parse().ok()? })
    }
}

/// Makes the error for a message that became visible again, or was received again: it is no longer
/// this consumer's.
pub(crate) fn expired(handle: &str) -> SqsError {
    SqsError::invalid("ReceiptHandle", handle, "The receipt handle has expired.")
}

/// Makes the error for a change of a message that was deleted.
pub(crate) fn gone(handle: &str) -> SqsError {
    let reason = "Message does not exist or is not available for visibility timeout change.";
    SqsError::invalid("ReceiptHandle", handle, reason)
}
