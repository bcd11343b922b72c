#![doc = include_str!("../README.md")]

mod account;
mod addresses;
mod associations;
mod channel_accounts;
mod client;
mod contacts;
mod conversations;
mod custom_channels;
mod files;
mod find_message;
mod inboxes;
mod notes;
mod objects;
mod owners;
mod paths;
mod pipelines;
mod properties;
pub mod property;
mod reconcile;
mod refusal;
mod tickets;

pub use account::{Account, TokenInfo};
pub use channel_accounts::{
    ChannelAccount, CustomChannel, DeveloperKey, NewChannel, channel_capabilities,
};
pub use client::HubSpot;
pub use contacts::{Contact, Created};
pub use conversations::{NewMessage, Posted, Recipient, ThreadStatus};
pub use custom_channels::{ChannelMessage, ChannelParty, DeliveryReport, Published};
pub use files::{FileId, NewFile, SignedUrl};
pub use inboxes::Inbox;
pub use notes::NoteOn;
pub use objects::{Object, RelatedIds, newest_first};
pub use owners::Owner;
pub use refusal::{ASSOCIATIONS, InvalidProperty, Rejection};
pub use tickets::TicketLinks;
