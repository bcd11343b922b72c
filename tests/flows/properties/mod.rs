//! Ticket property changes reach the sessions.

mod changes;
