//! HubSpot's wire types: webhook events, threads, messages, actors, pipelines.

pub mod actor;
pub mod events;
pub(crate) mod lenient;
pub mod message;
pub mod party;
pub mod pipeline;
pub mod property_change;
pub mod thread;
