//! OpenCX's wire types: events, contacts, transcripts, custom data.

pub mod aliases;
pub mod contact;
pub mod custom_data;
pub mod events;
pub mod transcript;
