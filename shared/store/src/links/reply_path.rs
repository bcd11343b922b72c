//! The place at which a thread is answered.

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::message::{Direction, EMAIL_CHANNEL, Message};
use bridge_domain::hubspot::party::Party;
use serde::{Deserialize, Serialize};

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
