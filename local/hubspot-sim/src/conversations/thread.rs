//! Threads (docs/vendors/hubspot.md#threads).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, Party};
use crate::json::without_nulls;

/// The status of a thread.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadStatus {
    /// Somebody still has to do something about it.
    #[default]
    Open,
    Closed,
}

impl ThreadStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
        }
    }
}

/// A conversation in an inbox.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    pub id: String,
    pub status: ThreadStatus,
    pub inbox_id: String,
    pub original_channel_id: String,
    pub original_channel_account_id: String,
    /// A contact's id, or the id of a visitor who is not a contact.
    pub associated_contact_id: String,
    pub assigned_to: Option<String>,
    pub spam: bool,
    pub archived: bool,
    pub created_at: String,
    pub closed_at: Option<String>,
    pub latest_message_timestamp: Option<String>,
    pub latest_message_sent_timestamp: Option<String>,
    pub latest_message_received_timestamp: Option<String>,
    #[serde(skip)]
    pub channel: Channel,
    /// The ticket that it belongs to; the API shows it only when asked.
    #[serde(skip)]
    pub ticket: Option<String>,
    /// The customer, with the address on `channel`.
    #[serde(skip)]
    pub customer: Party,
    #[serde(skip)]
    pub subject: Option<String>,
}

impl Thread {
    /// Returns the thread in the API's shape, with its ticket only when the call asks for it.
    pub(crate) fn to_json(&self, with_ticket: bool) -> Value {
        let mut shown = without_nulls(json!(self));
        if let Some(ticket) = self.ticket.as_ref().filter(|_| with_ticket) {
            shown["threadAssociations"] = json!({"associatedTicketId": ticket});
        }
        shown
    }
}
