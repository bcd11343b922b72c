//! A simulated OpenCX: an HTTP server with state that serves the routes that the bridge calls,
//! a scripted AI that answers, and the events that OpenCX sends.
//!
//! [`OpenCxSim::start`] runs one. Customers and agents act through methods
//! ([`OpenCxSim::customer_writes`], [`OpenCxSim::resolve`], …), programs through HTTP, and tests
//! read snapshots ([`OpenCxSim::sessions`], [`OpenCxSim::events`], …). The routes under `/sim` do
//! the same with `curl`. `local/README.md` names the fact that each route follows. Where OpenCX's
//! public reference is silent, the strict or awkward reading is taken:
//!
//! - absent fields must be left out: a `null` in a request is refused with 400, as is an unknown
//!   key;
//! - opening a session is answered 201, changing one 200 with an empty body;
//! - a page of the history is asked for with `?cursor=`, and holds 20 items;
//! - a message needs a text, also when it has attachments;
//! - a 429 of the rate limit does not say when to come back;
//! - nothing is idempotent: what is sent twice is there twice;
//! - a message of a contact opens a closed session again, and the AI owns it again;
//! - a message that came through the API is announced like any other, while messages are announced
//!   at all;
//! - a session closed through the API is announced like any other, unless
//!   `reflect_status_change_for_integration` is `false`.

mod actors;
mod ai;
mod ai_worker;
mod api;
mod channel;
mod contact;
mod control;
mod error;
mod events;
mod files;
mod history;
mod inspect;
mod lifecycle;
mod options;
mod outbox;
mod session;
mod session_queues;
mod signature;
mod sim;
mod start;
mod state;
mod text_analysis;
mod webhooks;

pub use actors::{AgentMessage, ContactMessage, UnknownSession};
pub use channel::Channel;
pub use contact::Contact;
pub use files::NewFile;
pub use history::{Attachment, HistoryMessage, Sender};
pub use inspect::SessionView;
pub use options::{CustomDataPatch, OpenCxOptions};
pub use outbox::{EmittedEvent, EventDelivery};
pub use session::{CustomData, Delivered, Origin, Status, TicketingSystem};
pub use sim::OpenCxSim;
pub use sim_kit::{Answer, Call, Fault, FaultKind, Moment};
