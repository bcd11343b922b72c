//! Links between threads, sessions, tickets and contacts of the two vendors.
//!
//! Every field may be missing: a link is filled by several functions, each of
//! which merges only what it learned. Each lives long after its last change, and shorter
//! once its conversation is closed; whoever uses one renews it ([`Table::renew`]).

use std::collections::BTreeMap;

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::message::{Direction, EMAIL_CHANNEL, Message};
use bridge_domain::hubspot::party::Party;
use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::ids::{CompanyId, ContactId, OrgId, SessionId, ThreadId, TicketId};
use bridge_domain::opencx::custom_data::CustomData;
use bridge_domain::opencx::events::Channel;
use bridge_domain::rules::loop_breaker::Traffic;
use bridge_domain::rules::participants::Customer;
use bridge_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::channel_thread::ChannelThread;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, now_ms, ttl_after};

/// The side on which a conversation was born, which decides who delivers to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// In a HubSpot inbox: HubSpot delivers.
    HubSpot,
    /// On one of OpenCX's own channels: OpenCX delivers.
    OpenCx,
}

/// The place in a thread at which customer and inbox wrote to each other last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyPath {
    /// The kind of channel.
    pub channel_id: String,
    /// The inbox address or chat widget.
    pub channel_account_id: String,
    /// An email's subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Our address, if the message leaves no doubt about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox_address: Option<EmailAddress>,
}

impl ReplyPath {
    /// The place of this message; `None` if it names no channel.
    pub fn of(message: &Message) -> Option<Self> {
        let inbox_address = match message.direction {
            Some(Direction::Outgoing) => message.sender().and_then(Party::email),
            _ => message.inbox_address(),
        };
        Some(Self {
            channel_id: message.channel_id.clone()?,
            channel_account_id: message.channel_account_id.clone()?,
            subject: message.subject().map(str::to_owned),
            inbox_address,
        })
    }

    /// Returns whether it is by email.
    pub fn is_email(&self) -> bool {
        self.channel_id == EMAIL_CHANNEL
    }
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

/// A property value that the bridge wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// A keyed hash of it: it is only compared.
    #[serde(default)]
    pub digest: String,
    /// When (epoch milliseconds).
    pub at: u64,
}

impl Table {
    /// Returns what is kept of a value that was written just now.
    pub async fn written(&self, org: &OrgId, value: &str) -> Result<Written, StoreError> {
        let digest = self.digest(org, &comparable(value)).await?;
        Ok(Written { digest, at: now_ms() })
    }

    /// Returns whether a value is the one that was written.
    pub async fn is_written(
        &self,
        org: &OrgId,
        written: &Written,
        value: &str,
    ) -> Result<bool, StoreError> {
        Ok(written.digest == self.digest(org, &comparable(value)).await?)
    }
}

/// A value as it is compared: HubSpot writes numbers its own way, `7.0` comes back as `7`.
fn comparable(value: &str) -> String {
    let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.map_or_else(|| value.to_owned(), |number| number.to_string())
}

/// The link of a HubSpot ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TicketLink {
    /// The sessions on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Vec<SessionId>>,
    /// The customer under whose lock the ticket is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// Set on the ticket of an unproven customer alone, whom no other handoff joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separate: Option<bool>,
    /// Closed, as far as events told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
    /// The property values that the bridge wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<BTreeMap<String, Written>>,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
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

/// A customer's tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomerLink {
    /// The last ticket of theirs, perhaps still open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
}

/// The time for which it is recorded that the bridge posted a message: longer than
/// HubSpot keeps trying to deliver a webhook (24 h, docs/vendors/hubspot.md#webhooks).
const SENT_FOR: std::time::Duration = std::time::Duration::from_hours(7 * 24);

impl Table {
    /// Moves what is kept about a merged ticket to the one that survives, and returns whether
    /// anything was kept.
    pub async fn move_ticket(
        &self,
        org: &OrgId,
        merged: &TicketId,
        survivor: &TicketId,
    ) -> Result<bool, StoreError> {
        let Some(old) = self.get::<TicketLink>(&Key::ticket(org, merged)).await? else {
            return Ok(false);
        };
        let key = Key::ticket(org, survivor);
        let known: TicketLink = self.get(&key).await?.unwrap_or_default();
        let mut sessions = known.sessions.unwrap_or_default();
        for session in old.sessions.unwrap_or_default() {
            let link = SessionLink { ticket: Some(survivor.clone()), ..SessionLink::default() };
            self.merge(&Key::session(org, &session), &link).await?;
            if !sessions.contains(&session) {
                sessions.push(session);
            }
        }
        for contact in old.contact.iter().chain(&known.contact) {
            let link = CustomerLink { ticket: Some(survivor.clone()) };
            self.merge(&Key::customer(org, contact), &link).await?;
        }
        let contact = known.contact.or(old.contact);
        let link = TicketLink { sessions: Some(sessions), contact, ..TicketLink::default() };
        self.merge(&key, &link).await?;
        self.delete(&Key::ticket(org, merged)).await?;
        Ok(true)
    }

    /// Puts a session in the place of another one on a ticket.
    pub async fn replace_session(
        &self,
        org: &OrgId,
        ticket: &TicketId,
        old: &SessionId,
        new: &SessionId,
    ) -> Result<(), StoreError> {
        let key = Key::ticket(org, ticket);
        let known: TicketLink = self.get(&key).await?.unwrap_or_default();
        let mut sessions = known.sessions.unwrap_or_default();
        sessions.retain(|session| session != old && session != new);
        sessions.push(new.clone());
        let link = TicketLink { sessions: Some(sessions), ..TicketLink::default() };
        self.merge(&key, &link).await
    }

    /// Notes that the bridge posted this message, so that its echo is known.
    pub async fn mark_sent(&self, org: &OrgId, message: &str) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Sent {
            at: u64,
            ttl: u64,
        }
        let sent = Sent { at: now_ms(), ttl: ttl_after(SENT_FOR) };
        self.merge(&Key::sent(org, message), &sent).await
    }

    /// Returns whether the bridge posted this message.
    pub async fn was_sent(&self, org: &OrgId, message: &str) -> Result<bool, StoreError> {
        let found: Option<serde_json::Value> = self.get(&Key::sent(org, message)).await?;
        Ok(found.is_some())
    }
}
