//! Properties that hold whatever a stranger sends.
//!
//! `PROPTEST_CASES` raises the number of inputs.

mod events;
mod found;
mod markup;
mod people;
mod settings;
mod tickets;
