//! Guarantees under faults, repeats, load and time.

mod at_most_once;
mod deferral;
mod expiry;
mod memory;
mod outages;
mod rate_limit;
mod store;
mod untrusted_input;
