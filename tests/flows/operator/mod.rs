//! The operator's command line.

mod channels;
mod console;
pub(crate) mod parked;
mod search;

pub(crate) use parked::{ctl, ctl_json};
