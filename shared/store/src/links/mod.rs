//! Links between threads, sessions, tickets and contacts of the two vendors.
//!
//! Every field may be missing: a link is filled by several functions, each of
//! which merges only what it learned. Each lives long after its last change, and shorter
//! once its conversation is closed; whoever uses one renews it ([`Table::renew`]).

mod reply_path;
mod sent;
mod ticket;
mod written;

use bridge_domain::hubspot::party::Party;
use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::ids::{CompanyId, ContactId, SessionId, ThreadId, TicketId};
use bridge_domain::opencx::custom_data::CustomData;
use bridge_domain::opencx::events::Channel;
use bridge_domain::rules::loop_breaker::Traffic;
use bridge_domain::rules::participants::Customer;
use bridge_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::channel_thread::ChannelThread;

pub use reply_path::ReplyPath;
pub use ticket::{CustomerLink, TicketLink};
pub use written::Written;

/// The side on which a conversation was born, which decides who delivers to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// In a HubSpot inbox: HubSpot delivers.
    HubSpot,
    /// On one of OpenCX's own channels: OpenCX delivers.
    OpenCx,
}

/// The link of a HubSpot thread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadLink {
    /// Its session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Its channel; known from its first message on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The side on which the conversation was born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Channel, account and subject of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_path: Option<ReplyPath>,
    /// The other recipients of the customer's latest mail, our own addresses among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Vec<Party>>,
    /// True if it is a thread of a Custom Channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_channel: Option<bool>,
    /// Its recent messages and answers, which the loop breaker counts.
    #[serde(flatten)]
    pub traffic: Traffic,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

/// The link of an OpenCX session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionLink {
    /// Its HubSpot thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    /// Its ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// Its channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The contact for whom it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The partitions of its people's lists in which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Vec<String>>,
    /// The last moment at which the AI gave it to a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<HandOver>,
    /// Handed off, and no human owns the thread yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaits_human: Option<bool>,
    /// The handoff that was begun last: whoever needs its ticket waits for its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<PendingHandoff>,
    /// Closed, resolved or not, as far as events told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
    /// Closed as resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<bool>,
    /// True if its customer's identity is proven; not known before its handoff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Its custom data, without the values: each says its type only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<CustomData>,
    /// Its thread, if that is one of a Custom Channel.
    #[serde(flatten)]
    pub channel_thread: ChannelThread,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

/// A handoff of a session. Whether it is over, its claim says
/// ([`Table::is_settled`]): no end of it, parking included, can be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingHandoff {
    /// Which event.
    pub event_id: String,
    /// When it was last begun (epoch milliseconds).
    pub at: u64,
}

/// The progress of a ticket property on its way to the sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PropertyState {
    /// When the newest applied change had happened (epoch milliseconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<i64>,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

/// A customer's HubSpot contact, kept under each of their identifiers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactLink {
    /// Their HubSpot contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// Their primary company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
    /// When the contact was last read in HubSpot, or made there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}
