#![doc = include_str!("../README.md")]

mod account;
mod addresses;
mod associations;
mod client;
mod contacts;
mod conversations;
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
pub use client::HubSpot;
pub use contacts::{Contact, Created};
pub use conversations::{NewMessage, Posted, Recipient};
pub use notes::NoteOn;
pub use objects::{Object, RelatedIds};
pub use owners::Owner;
pub use refusal::{ASSOCIATIONS, InvalidProperty, Rejection};
pub use tickets::TicketLinks;
