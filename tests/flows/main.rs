//! Whole flows through the running bridge: real HTTP, real handlers, the simulators.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod conversation;
mod guarantees;
mod operator;
mod webhook;
