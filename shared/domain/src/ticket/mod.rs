//! Texts of the ticket and of the internal comment.

pub mod content;
pub mod custom_properties;
pub mod handoff_comment;
pub mod identity;
pub mod resolution;
