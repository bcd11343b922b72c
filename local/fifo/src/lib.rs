//! SQS FIFO queues in memory, and Lambda's poller on top of them.
//!
//! The local stack and the tests need queues that behave as SQS does where it matters: order and
//! blocking per message group, deduplication, delay, visibility, redrive. A queue that is kinder
//! than SQS hides the bugs that only show in production, so every rule here is AWS's, as the SQS
//! developer guide and API reference state it; where those are silent, the stricter reading.
//!
//! Three layers, each usable alone:
//!
//! - [`Sqs`] and [`Queue`]: the queues themselves, called directly.
//! - [`router`] and [`serve`]: the same queues over HTTP, for unmodified AWS SDKs and the AWS CLI.
//! - [`Mapping`]: the event source mapping that feeds a queue to a handler, batch by batch.
//!
//! Not simulated: retention (nothing expires), the quotas on throughput and on messages in flight,
//! and permissions (requests need no valid signature).

mod check;
mod clock;
mod deduplication;
mod delivery;
mod digest;
mod http;
mod mapping;
mod message;
mod options;
mod polling;
mod queue;
mod receipt;
mod shelf;
mod sqs;
mod stored;

pub use check::SendError;
pub use http::{router, serve};
pub use mapping::{HandlerError, Mapping, MappingError};
pub use message::{
    Attribute, AttributeValue, Depth, Held, Message, NewMessage, Place, Received, Sent,
};
pub use options::{ConfigError, QueueOptions, Redrive};
pub use queue::Queue;
pub use receipt::ReceiptError;
pub use sqs::Sqs;
