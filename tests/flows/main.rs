//! Whole flows through the running bridge: real HTTP, real handlers, the simulators.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod close;
mod conversation;
mod crm_record;
mod first_contact;
mod guarantees;
mod interleavings;
mod load;
mod messages;
mod opencx_webhook;
mod properties;
mod samples;
mod store;
mod webhook;
