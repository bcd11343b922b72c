//! The rules of the bridge, as pure functions and checked types.
//!
//! Nothing here waits, calls or logs: a rule takes what is known and says what
//! should happen. The edges (functions, clients, store) do it. Because of
//! that, every rule can be read and tested as a table of cases.

pub mod email;
pub mod hubspot;
pub mod ids;
pub mod json;
pub mod opencx;
pub mod outcome;
pub mod person_name;
pub mod phone;
pub mod queue;
pub mod rate_limit;
pub mod registry;
pub mod rules;
pub mod settings;
pub mod text;
pub mod ticket;
pub mod time;

#[cfg(test)]
mod fuzz_tests;
