//! The operator's command line.

pub(crate) mod parked;
mod search;
