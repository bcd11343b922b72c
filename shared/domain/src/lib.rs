//! The rules of the bridge, as pure functions and checked types.
//!
//! Nothing here waits, calls or logs: a rule takes what is known and says what
//! should happen. The edges (functions, clients, store) do it. Because of
//! that, every rule can be read and tested as a table of cases.

pub mod actor;
pub mod closing;
mod counted_tree;
pub mod custom_data;
mod cut;
pub mod email;
pub mod handoff;
pub mod hubspot_event;
pub mod ids;
pub mod json;
pub mod judge;
mod markdown;
pub mod message;
pub mod name;
pub mod opencx_contact;
pub mod opencx_event;
pub mod opencx_spelling;
pub mod outcome;
pub mod ownership;
pub mod plain_text;
pub mod property_change;
pub mod rate_limit;
pub mod render;
pub mod rep_text;
mod rich_text;
mod rich_tree;
pub mod routing;
pub mod settings;
pub mod signature;
pub mod stage;
pub mod surrogates;
mod text_writer;
pub mod thread;
pub mod ticket;
pub mod transcript;

#[cfg(test)]
mod fuzz_tests;
