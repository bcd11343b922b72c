//! Handoffs: contact, ticket, comment and assignment.

mod append;
mod calls;
mod input;
mod killed;
mod places;
mod refusals;
mod ticket;
