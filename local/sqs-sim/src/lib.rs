//! SQS FIFO queues in memory, and Lambda's event source mapping on top of them.
//!
//! The local stack and the tests need queues that behave as SQS does where it matters: order and
//! blocking per message group, deduplication, delay, visibility per message, redrive. A queue that
//! is kinder than SQS hides the bugs that only show in production, so every rule here is AWS's, as
//! the SQS developer guide and API reference state it; where those are silent, the stricter
//! reading.
//!
//! - [`Sqs`] and [`FifoQueue`]: the queues, called directly.
//! - [`serve`]: the same queues over HTTP, for unmodified AWS SDKs.
//! - [`EventSourceMapping`]: feeds a queue to a handler, batch by batch.
//!
//! Left out: retention (nothing expires), throughput quotas, permissions (requests need no valid
//! signature), and message attributes of other types than `String`.

mod account;
mod arn;
mod clock;
mod deduplication;
mod delivery;
mod digest;
mod error;
mod event_source_mapping;
mod http;
mod invocation;
mod message;
mod queue;
mod queue_options;
mod queue_state;
mod receipt;
mod sqs;
mod validate;

pub use error::{ErrorKind, SqsError};
pub use event_source_mapping::EventSourceMapping;
pub use http::serve;
pub use invocation::HandlerError;
pub use message::{
    MessageState, NewMessage, QueueDepth, QueuedMessage, ReceivedMessage, SendReceipt,
    StoredMessage,
};
pub use queue::FifoQueue;
pub use queue_options::{QueueOptions, RedrivePolicy};
pub use sqs::Sqs;
