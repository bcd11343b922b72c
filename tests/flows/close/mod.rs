//! Resolved conversations close their tickets.

mod tickets;
