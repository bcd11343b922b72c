//! Threads (docs/vendors/hubspot.md#threads).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, Party};
use crate::extract::without_nulls;

/// The status of a thread.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadStatus {
    /// Somebody still has to do something about it.
    #[default]
    Open,
    /// Done.
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
    /// Id, a number as text.
    pub id: String,
    /// Status.
    pub status: ThreadStatus,
    /// Inbox.
    pub inbox_id: String,
    /// Channel of the first message.
    pub original_channel_id: String,
    /// The portal's account on that channel.
    pub original_channel_account_id: String,
    /// A contact's id, or the id of a visitor who is not a contact.
    pub associated_contact_id: String,
    /// `A-<user>`; absent while nobody owns it.
    pub assigned_to: Option<String>,
    /// Marked as spam.
    pub spam: bool,
    /// Deleted, and restorable for thirty days.
    pub archived: bool,
    /// Start, ISO 8601.
    pub created_at: String,
    /// Time of the last closing.
    pub closed_at: Option<String>,
    /// Last message of either side.
    pub latest_message_timestamp: Option<String>,
    /// Last message to the customer.
    pub latest_message_sent_timestamp: Option<String>,
    /// Last message from the customer.
    pub latest_message_received_timestamp: Option<String>,
    /// Channel of the customer's latest message.
    #[serde(skip)]
    pub channel: Channel,
    /// The ticket that it belongs to; the API shows it only when asked.
    #[serde(skip)]
    pub ticket: Option<String>,
    /// The customer, with the address on `channel`.
    #[serde(skip)]
    pub customer: Party,
    /// Subject of the latest mail.
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
