//! Inboxes, channels, and the portal's accounts on them (docs/vendors/hubspot.md#channels).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A channel that customers write on.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Email,
    LiveChat,
    /// WhatsApp, channel 1007; apps cannot send on it.
    WhatsApp,
    /// A channel of the app, which publishes what its customers write.
    #[serde(skip)]
    Custom,
}

/// The type of an inbox.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InboxType {
    #[default]
    Inbox,
    /// A Help Desk: HubSpot ties a ticket to each of its threads by itself.
    HelpDesk,
}

/// The fate of messages that apps post on a channel (docs/vendors/hubspot.md#posting-messages).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sending {
    #[default]
    Works,
    /// They are accepted with 201, and their status is `FAILED`.
    Fails,
    Rejected,
}

impl InboxType {
    pub(crate) const ALL: [Self; 2] = [Self::Inbox, Self::HelpDesk];

    /// Returns the id of the portal's inbox of this type.
    pub fn id(self) -> &'static str {
        match self {
            Self::Inbox => "76310021",
            Self::HelpDesk => "76310022",
        }
    }

    pub(crate) fn to_json(self) -> Value {
        let name = if self == Self::Inbox { "Support" } else { "Help Desk" };
        json!({"id": self.id(), "name": name, "type": self, "archived": false})
    }
}

impl Channel {
    const ALL: [Self; 3] = [Self::Email, Self::LiveChat, Self::WhatsApp];

    /// Returns HubSpot's id of the channel.
    pub fn id(self) -> &'static str {
        match self {
            Self::LiveChat => "1000",
            Self::Email => "1002",
            Self::WhatsApp => "1007",
            // Each has an id of its own, which its threads know.
            Self::Custom => "",
        }
    }

    pub(crate) fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.id() == id)
    }

    pub(crate) fn identifier_type(self) -> &'static str {
        match self {
            Self::LiveChat | Self::Custom => "CHANNEL_SPECIFIC_OPAQUE_ID",
            Self::Email => "HS_EMAIL_ADDRESS",
            Self::WhatsApp => "HS_PHONE_NUMBER",
        }
    }
}

/// The portal's account on each channel, and the fate of messages on it.
#[derive(Debug)]
pub(crate) struct Accounts(BTreeMap<Channel, (u64, Sending)>);

impl Default for Accounts {
    fn default() -> Self {
        Self(BTreeMap::from([
            (Channel::LiveChat, (90_210_441, Sending::Works)),
            (Channel::Email, (90_210_442, Sending::Works)),
            (Channel::WhatsApp, (90_210_443, Sending::Rejected)),
        ]))
    }
}

impl Accounts {
    /// Returns the id of the present account on a channel.
    pub(crate) fn id(&self, channel: Channel) -> String {
        self.0.get(&channel).map(|(id, _)| id.to_string()).unwrap_or_default()
    }

    pub(crate) fn sending(&self, channel: Channel) -> Sending {
        self.0.get(&channel).map(|(_, sending)| *sending).unwrap_or_default()
    }

    pub(crate) fn set_sending(&mut self, channel: Channel, sending: Sending) {
        self.0.entry(channel).and_modify(|account| account.1 = sending);
    }

    /// Replaces the account on a channel by a new one, as when a mailbox is connected again.
    pub(crate) fn reconnect(&mut self, channel: Channel) {
        self.0.entry(channel).and_modify(|account| account.0 += 1_000);
    }

    /// Returns the present account with an id as the API shows it.
    pub(crate) fn to_json(&self, id: &str, inbox_address: &str) -> Option<Value> {
        let channel = Channel::ALL.into_iter().find(|channel| self.id(*channel) == id)?;
        let mut account = json!({
            "id": id, "channelId": channel.id(), "inboxId": InboxType::Inbox.id(),
            "name": "Chat", "active": true, "authorized": true, "archived": false,
        });
        if channel == Channel::Email {
            account["name"] = json!(inbox_address);
            account["deliveryIdentifier"] =
                json!({"type": channel.identifier_type(), "value": inbox_address});
        }
        Some(account)
    }
}
