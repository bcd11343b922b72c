//! OpenCX's wire types: events, contacts, transcripts, custom data.

pub mod aliases;
mod channel;
pub mod contact;
pub mod custom_data;
pub mod envelope;
pub mod events;
mod sentiment;
pub mod session_message;
mod ticketing_system;
pub mod transcript;
