//! The whole bridge on one machine: the functions' real handlers, embedded queues
//! and table, a simulated HubSpot portal and a simulated OpenCX. Never deployed.
//!
//! Between the parts runs real HTTP, as in AWS: the functions use the AWS SDK's own
//! clients, only their endpoints are on this machine.

pub mod aws;
pub mod cli;
pub mod demo;
pub mod handlers;
mod http;
mod instances;
mod outcomes;
mod poller;
mod stack;
pub mod story;
pub mod world;

pub use poller::{BATCH, CONCURRENCY};
pub use stack::{Options, Stack, StartError};

/// Who logs only errors: the embedded table warns of each condition that it refuses.
pub const QUIET: &str = "dynoxide";

/// Starts the log of the functions on standard error.
pub fn start_logging() {
    bridge_engine::start_logging(&[QUIET]);
}
