#![doc = include_str!("../README.md")]

mod account;
mod addresses;
mod associations;
mod client;
mod contacts;
mod conversations;
mod crm;
mod find_message;

mod notes;
mod owners;
mod paths;
mod pipelines;
mod properties;
mod reconcile;
mod refusal;
mod tickets;

pub use account::{Account, TokenInfo};
pub use client::HubSpot;
pub use contacts::{Contact, Created};
pub use conversations::{NewMessage, Posted, Recipient};
pub use crm::{Object, RelatedIds};
pub use notes::NoteOn;
pub use owners::Owner;
pub use properties::OPENCX_TAG;
pub use refusal::{ASSOCIATIONS, InvalidProperty, Write};
pub use tickets::{CREATED, NewTicket, SESSION_PROPERTY, Ticket, TicketLinks};
