//! A thread of the inbox, in the shape of the API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, INBOX_ID, Party};
use crate::clock;

/// Whether somebody still has to do something about a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadStatus {
    /// Yes.
    Open,
    /// No.
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

/// A conversation in the inbox.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Id, a number as text.
    pub id: String,
    /// Open or closed.
    pub status: ThreadStatus,
    /// The inbox that it is in.
    pub inbox_id: String,
    /// Channel that it came by.
    pub original_channel_id: String,
    /// The portal's account on that channel.
    pub original_channel_account_id: String,
    /// A contact's id, or a visitor's who is not a contact.
    pub associated_contact_id: String,
    /// `A-<user>`; absent while nobody has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    /// Marked as spam.
    pub spam: bool,
    /// Deleted, and restorable for thirty days.
    pub archived: bool,
    /// Start, ISO-8601.
    pub created_at: String,
    /// When it was last closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// Last message of either side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_message_timestamp: Option<String>,
    /// Last message to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_message_sent_timestamp: Option<String>,
    /// Last message from the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_message_received_timestamp: Option<String>,
    /// The channel, typed.
    #[serde(skip)]
    pub channel: Channel,
    /// The ticket that it belongs to; the API shows it only when asked.
    #[serde(skip)]
    pub ticket: Option<String>,
    /// The customer, as a party of messages.
    #[serde(skip)]
    pub customer: Party,
    /// Subject of the first mail.
    #[serde(skip)]
    pub subject: Option<String>,
}

impl Thread {
    pub(super) fn new(id: u64, channel: Channel, contact: String, customer: Party) -> Self {
        Self {
            id: id.to_string(),
            status: ThreadStatus::Open,
            inbox_id: INBOX_ID.to_owned(),
            original_channel_id: channel.id().to_owned(),
            original_channel_account_id: channel.account_id().to_owned(),
            associated_contact_id: contact,
            assigned_to: None,
            spam: false,
            archived: false,
            created_at: clock::now_iso(),
            closed_at: None,
            latest_message_timestamp: None,
            latest_message_sent_timestamp: None,
            latest_message_received_timestamp: None,
            channel,
            ticket: None,
            customer,
            subject: None,
        }
    }

    /// The thread in the API's shape; with its ticket only when the call asks for it.
    pub(crate) fn to_json(&self, with_ticket: bool) -> Value {
        let mut shown = json!(self);
        if let Some(ticket) = self.ticket.as_ref().filter(|_| with_ticket) {
            shown["threadAssociations"] = json!({"associatedTicketId": ticket});
        }
        shown
    }
}
