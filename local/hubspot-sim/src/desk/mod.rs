//! The conversations of the portal: threads of an inbox, and the messages in them.

mod clean;
mod inbox;
mod message;
mod party;
mod store;
mod thread;

pub use inbox::Channel;
pub use message::{Content, Direction, Message, MessageKind};
pub use party::{Client, ClientType, DeliveryIdentifier, MessageStatus, Party};
pub use thread::{Thread, ThreadStatus};

pub(crate) use clean::{paragraph, sanitised};
pub(crate) use inbox::{INBOX_ID, account_json, channel_json, inbox_json};
pub(crate) use store::{Author, Desk};
