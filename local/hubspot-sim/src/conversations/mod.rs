//! Conversations: threads of the portal's inboxes, and the messages in them.

mod channel;
mod message;
mod party;
mod rich_text;
mod store;
mod thread;

pub use channel::{Channel, InboxType, Sending};
pub use message::{Direction, Message, MessageKind, MessageStatus};
pub use party::{Client, ClientType, DeliveryIdentifier, Party};
pub use thread::{Thread, ThreadStatus};

pub(crate) use channel::Accounts;
pub(crate) use rich_text::{paragraph, sanitized};
pub(crate) use store::Conversations;
