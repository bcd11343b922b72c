//! Handoffs: contact, ticket, comment and assignment.

mod append;
mod calls;
mod input;
mod killed;
mod odd_input;
mod places;
mod refusals;
mod ticket;
