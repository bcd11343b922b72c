//! Handoffs: contact, ticket, comment and assignment.

mod append;
mod brings_a_human;
mod calls;
mod input;
mod killed;
mod odd_input;
mod people;
mod places;
mod refusals;
mod ticket;
