//! A simulated OpenCX for one machine: the platform's HTTP API, its sessions and contacts, a small
//! scripted AI, and the events it sends.
//!
//! It exists so that whatever talks to OpenCX can be run and tested against something that answers,
//! refuses and misbehaves as the platform does: a real server on a real port, strict about what it
//! is sent, without idempotency, with a rate limit, and with faults that can be ordered. It knows
//! nothing of its callers but one address to which it posts events.
//!
//! [`OpenCx`] is the handle: start it, let customers write, look at what happened, cause trouble.
//! Where OpenCX's public reference is silent, the strict or awkward reading is taken:
//!
//! - absent fields must be left out: a `null` in a request is refused with 400, as is an unknown key;
//! - opening a session is answered 201, changing one 200 with an empty body;
//! - a page of the history is asked for with `?cursor=`, and holds 20 items;
//! - a message needs a text, also when it has attachments;
//! - a 429 of the rate limit says nothing about when to come back;
//! - a message of a contact opens a closed session again, and the AI owns it again;
//! - a session closed through the API is announced as `conversation.closed` like any other, unless
//!   `reflect_status_change_for_integration` is `false`.

mod ai;
mod answers;
mod api;
mod calls;
mod channel;
mod clock;
mod contact;
mod control;
mod delivery;
mod events;
mod faults;
mod gate;
mod history;
mod line;
mod millis;
mod mind;
mod options;
mod people;
mod refusal;
mod server;
mod session;
mod state;
mod trouble;
mod turns;
mod views;
mod wording;

pub use calls::{Call, Moment};
pub use channel::Channel;
pub use contact::Contact;
pub use delivery::{Delivery, EmittedEvent};
pub use faults::{Fault, FaultKind};
pub use history::{Attachment, Entry, Sender};
pub use options::OpenCxOptions;
pub use people::{Customer, UnknownSession};
pub use server::OpenCx;
pub use session::{CustomData, Delivered, Origin, Status, TicketingSystem};
pub use views::SessionView;
