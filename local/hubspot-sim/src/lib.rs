//! A simulated HubSpot portal: an HTTP server with state that serves the routes that the bridge
//! calls, rejects what HubSpot rejects, limits the rate of calls, and sends signed webhooks.
//!
//! [`Portal::start`] runs one. Its people act through methods ([`Portal::customer_writes`],
//! [`Portal::rep_replies`], [`Portal::set_property`], …), apps through HTTP, and tests read typed
//! snapshots ([`Portal::tickets`], [`Portal::messages`], [`Portal::calls`], …). The routes under
//! `/sim` do the same with `curl`. `local/README.md` names the fact that each route follows; where
//! HubSpot's behaviour is not documented, the portal takes the strict or the awkward reading.

mod access;
mod actors;
mod administration;
mod api;
mod control;
mod conversations;
mod crm;
mod custom_channels;
mod demo;
mod error;
mod files;
mod inspect;
mod json;
mod mutations;
mod options;
mod origin;
mod portal;
mod quota;
pub mod rejections;
mod state;
mod webhooks;

pub use actors::{Attachment, CustomerMessage, MessageRef, RepMessage};
pub use administration::Merged;
pub use conversations::{
    Channel, Client, ClientType, DeliveryIdentifier, Direction, InboxType, Message, MessageKind,
    MessageStatus, Party, Sending, Thread, ThreadStatus,
};
pub use crm::{Choice, DefinedBy, ObjectKind, Pipeline, Property, PropertyType, Stage};
pub use custom_channels::{
    ChannelAccount, ChannelBehaviour, ClosedThread, CustomChannel, DEMO_ACCOUNTS, DEMO_CHANNEL,
    RepeatAnswer,
};
pub use error::ActionError;
pub use files::StoredFile;
pub use inspect::RecordView;
pub use options::{AssigneeApi, PortalOptions, Signature, Token, User, ValidationForm};
pub use portal::Portal;
pub use sim_kit::{Answer, Call, Fault, FaultKind, Moment};
pub use webhooks::Delivery;
