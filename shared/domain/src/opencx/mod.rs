//! OpenCX's wire types: events, contacts, transcripts, custom data.

pub mod aliases;
mod channel;
pub mod contact;
pub mod custom_data;
pub mod envelope;
pub mod events;
mod sentiment;
mod ticketing_system;
pub mod transcript;
