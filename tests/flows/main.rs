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
mod handoff_append;
mod handoff_calls;
mod handoff_input;
mod handoff_killed;
mod handoff_places;
mod handoff_ticket;
mod handoff_trouble;
mod housekeeping;
mod interleavings;
mod load;
mod messages;
mod opencx_webhook;
mod operator;
mod outages;
mod properties;
mod rate_limit;
mod samples;
mod store;
mod strangers;
mod template;
mod times;
mod webhook;
