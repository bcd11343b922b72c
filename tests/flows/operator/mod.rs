//! The operator's command line.

mod console;
pub(crate) mod parked;
mod search;

pub(crate) use parked::ctl;
