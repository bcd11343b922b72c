//! A HubSpot portal on one machine: a real HTTP server with state that serves the part of
//! HubSpot's API that support integrations use, refuses what HubSpot refuses, limits the rate of
//! calls, sends signed webhooks for what happens in it, and can be told to fail.
//!
//! [`Portal::start`] runs one. Its people act through methods ([`Portal::customer_writes`],
//! [`Portal::rep_replies`], [`Portal::set_property`], …), its apps through HTTP, and whoever looks
//! on sees typed snapshots ([`Portal::tickets`], [`Portal::messages`], [`Portal::calls`], …).
//! Everything is also there for people with `curl`, under `/sim`, and the `hubspot-sim` program
//! runs a portal alone. Where HubSpot's behaviour is not documented, the portal takes the strict
//! or the awkward one, so that a client that works here does not depend on luck.

mod acts;
mod api;
mod calls;
mod clock;
mod control;
mod crm;
mod demo;
mod desk;
mod error;
mod extract;
mod gate;
mod line;
mod millis;
mod options;
mod origin;
mod people;
mod portal;
mod refused;
mod seed;
mod server;
mod state;
mod trouble;
mod views;
mod webhooks;

pub use calls::Call;
pub use crm::{Choice, DefinedBy, ObjectKind, Pipeline, Property, PropertyType, Stage};
pub use desk::{
    Channel, Client, ClientType, Content, DeliveryIdentifier, Direction, Message, MessageKind,
    MessageStatus, Party, Thread, ThreadStatus,
};
pub use gate::{CallMoment, Fault, FaultKind, Moment};
pub use options::{AssigneeApi, PortalOptions, Signature, Token, User};
pub use people::{Attachment, CustomerMessage, MessageRef};
pub use portal::Portal;
pub use refused::Refused;
pub use views::RecordView;
pub use webhooks::Delivery;
