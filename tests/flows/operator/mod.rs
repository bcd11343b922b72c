//! The operator's command line.

pub(crate) mod parked;
mod search;

pub(crate) use parked::ctl;
