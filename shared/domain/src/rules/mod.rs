//! Decision rules, each beside its table of cases.

pub mod automatic_mail;
pub mod email_signature;
mod language;
pub mod loop_breaker;
pub mod markers;
pub mod message_decision;
pub mod participants;
pub mod rep_reply;
pub mod routing;
