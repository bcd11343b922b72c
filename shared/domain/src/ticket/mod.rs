//! Texts of the ticket and of the internal comment.

pub mod content;
pub mod handoff_comment;
pub mod identity;
pub mod resolution;
