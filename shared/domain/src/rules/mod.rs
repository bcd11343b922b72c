//! Decision rules, each beside its table of cases.

pub mod email_signature;
pub mod message_decision;
pub mod rep_reply;
pub mod routing;
