//! HubSpot's wire types: webhook events, threads, messages, actors, pipelines.

pub mod actor;
pub mod channel_event;
pub mod events;
pub mod message;
pub mod party;
pub mod pipeline;
pub mod property_change;
pub mod record_event;
pub mod thread;
