//! Whole flows through the running bridge: real HTTP, real handlers, the simulators.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod channels;
mod close;
mod contacts;
mod deployment;
mod guarantees;
mod handoff;
mod messages;
mod operator;
mod properties;
mod security;
mod webhooks;
