//! The whole bridge on one machine: the functions' real handlers, embedded queues and table, a
//! simulated HubSpot portal and a simulated OpenCX. Never deployed.
//!
//! The parts talk by real HTTP, as in AWS: the functions use the AWS SDK's own clients, only their
//! endpoints are on this machine.

pub mod aws;
pub mod demo;
pub mod environment;
mod error;
mod event_source;
pub mod handlers;
mod instances;
mod outcomes;
mod routes;
mod shutdown;
mod stack;

pub use error::StartError;
pub use event_source::{BATCH, CONCURRENCY};
pub use stack::{Stack, StackOptions};

/// The crate that may log errors only: the embedded table warns of each condition that it refuses.
pub const QUIET: &str = "dynoxide";

/// Starts the log of the functions on standard error.
pub fn start_logging() {
    bridge_engine::start_logging(&[QUIET]);
}
