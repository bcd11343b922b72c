//! The whole bridge on one machine: the functions' real handlers, embedded queues and table, a
//! simulated HubSpot portal and a simulated OpenCX. Never deployed.
//!
//! The parts talk by real HTTP, as in AWS: the functions use the AWS SDK's own clients, only their
//! endpoints are on this machine.

pub mod aws;
mod console;
pub mod demo;
pub mod environment;
mod error;
mod event_source;
mod functions;
pub mod handlers;
mod instances;
mod log;
mod outcomes;
mod port_holder;
mod routes;
mod shutdown;
mod stack;
mod variables;

pub use console::Vendors;
pub use error::StartError;
pub use event_source::{BATCH, CONCURRENCY};
pub use log::{Log, QUIET, start_logging};
pub use stack::{Stack, StackOptions};
