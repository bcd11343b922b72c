//! Events about HubSpot's records: a changed property, a merge, a deletion.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::{OrgId, ThreadId, TicketId};
use crate::json::{self, Unreadable};
use crate::time::Timestamp;

/// An event about a record, as it travels on `properties.fifo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordEvent {
    /// A ticket's property was changed.
    Change(TicketChange),
    /// Tickets went into another one.
    Merge {
        /// Organisation whose portal it is.
        org: OrgId,
        /// HubSpot's name of the event.
        event: String,
        /// The ticket that survives.
        ticket: TicketId,
        /// The tickets that are gone.
        merged: Vec<TicketId>,
        /// The id that the delivery's log lines share.
        #[serde(default)]
        trace: Option<String>,
    },
    /// A ticket was deleted.
    Deletion {
        /// Organisation whose portal it is.
        org: OrgId,
        /// HubSpot's name of the event.
        event: String,
        /// The ticket.
        ticket: TicketId,
        /// The id that the delivery's log lines share.
        #[serde(default)]
        trace: Option<String>,
    },
    /// A thread was opened or closed.
    ThreadStatus {
        /// Organisation whose portal it is.
        org: OrgId,
        /// HubSpot's name of the event.
        event: String,
        /// The thread.
        thread: ThreadId,
        /// True if it was closed.
        closed: bool,
        /// When it happened, as HubSpot told it, or the id of the event.
        at: String,
        /// The id that the delivery's log lines share.
        #[serde(default)]
        trace: Option<String>,
    },
    /// A contact or a conversation was erased for privacy.
    PrivacyDeletion {
        /// Organisation whose portal it is.
        org: OrgId,
        /// HubSpot's name of the event, which says what was erased.
        event: String,
        /// Id of the contact or the thread.
        erased: String,
        /// The id that the delivery's log lines share.
        #[serde(default)]
        trace: Option<String>,
    },
}

/// A ticket's property was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChange {
    /// Organisation whose portal it is.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// The ticket.
    pub ticket: TicketId,
    /// Name of the property.
    pub property: String,
    /// Its new value.
    pub value: String,
    /// When it happened, never in the future. HubSpot keeps no order; this does.
    pub occurred_at: Timestamp,
    /// The moment that HubSpot tells with each delivery, if it is another moment, or no
    /// moment but an event id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// The source of the change: `CRM_UI`, `INTEGRATION`, …
    #[serde(default)]
    pub source: Option<String>,
    /// The author of the change, e.g. `userId:7`.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The id that the delivery's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

impl TicketChange {
    /// The same for every delivery of the change. HubSpot's own `eventId` is "not guaranteed
    /// to be unique", and two changes may happen within one millisecond.
    pub fn event_id(&self) -> String {
        let value = hex::encode(&Sha256::digest(self.value.as_bytes())[..6]);
        let at = self.occurred_at.as_millis().to_string();
        let told = self.told.as_ref().unwrap_or(&at);
        format!("{}-{}-{told}-{value}", self.ticket, self.property)
    }
}

impl RecordEvent {
    /// Reads the body of a queue message; one that does not say its kind is a change.
    pub fn from_text(body: &str) -> Result<Self, Unreadable> {
        let body: Value = json::from_text(body)?;
        if body.get("kind").is_some() {
            return json::from_value(body);
        }
        json::from_value(body).map(Self::Change)
    }

    /// Organisation whose portal it is.
    pub fn org(&self) -> &OrgId {
        match self {
            Self::Change(change) => &change.org,
            Self::Merge { org, .. }
            | Self::Deletion { org, .. }
            | Self::ThreadStatus { org, .. }
            | Self::PrivacyDeletion { org, .. } => org,
        }
    }

    /// HubSpot's name of the event.
    pub fn name(&self) -> &str {
        match self {
            Self::Change(change) => &change.event,
            Self::Merge { event, .. }
            | Self::Deletion { event, .. }
            | Self::ThreadStatus { event, .. }
            | Self::PrivacyDeletion { event, .. } => event,
        }
    }

    /// The record that the event is about, whose events keep their order.
    pub fn subject(&self) -> &str {
        match self {
            Self::Change(change) => change.ticket.as_str(),
            Self::Merge { ticket, .. } | Self::Deletion { ticket, .. } => ticket.as_str(),
            Self::ThreadStatus { thread, .. } => thread.as_str(),
            Self::PrivacyDeletion { erased, .. } => erased,
        }
    }

    /// The same for every delivery of the event.
    pub fn event_id(&self) -> String {
        match self {
            Self::Change(change) => change.event_id(),
            Self::Merge { ticket, merged, .. } => {
                let merged: Vec<&str> = merged.iter().map(TicketId::as_str).collect();
                format!("{ticket}-merge-{}", merged.join("-"))
            }
            Self::Deletion { ticket, .. } => format!("{ticket}-deletion"),
            Self::ThreadStatus { thread, closed, at, .. } => {
                format!("{thread}-{}-{at}", if *closed { "closed" } else { "open" })
            }
            Self::PrivacyDeletion { erased, .. } => format!("{erased}-privacy-deletion"),
        }
    }

    /// The id that the delivery's log lines share.
    pub fn trace(&self) -> Option<&str> {
        match self {
            Self::Change(change) => change.trace.as_deref(),
            Self::Merge { trace, .. }
            | Self::Deletion { trace, .. }
            | Self::ThreadStatus { trace, .. }
            | Self::PrivacyDeletion { trace, .. } => trace.as_deref(),
        }
    }
}
