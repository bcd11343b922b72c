//! The one inbox of the portal, its channels and its accounts on them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;

/// Id of the portal's inbox.
pub(crate) const INBOX_ID: &str = "76310021";
const CREATED: &str = "2024-01-08T09:00:00.000Z";

/// A channel of the inbox that customers write on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Email, channel 1002.
    Email,
    /// Live chat, channel 1000.
    LiveChat,
}

impl Channel {
    /// HubSpot's id of the channel.
    pub fn id(self) -> &'static str {
        match self {
            Self::LiveChat => "1000",
            Self::Email => "1002",
        }
    }

    /// Id of the portal's account on the channel.
    pub fn account_id(self) -> &'static str {
        match self {
            Self::LiveChat => "90210441",
            Self::Email => "90210442",
        }
    }

    pub(crate) fn identifier_type(self) -> &'static str {
        match self {
            Self::LiveChat => "CHANNEL_SPECIFIC_OPAQUE_ID",
            Self::Email => "HS_EMAIL_ADDRESS",
        }
    }
}

/// One channel, or all of them in the order of their ids.
pub(crate) fn channel_json(id: &str) -> Result<Value, ApiError> {
    let name = match id {
        "1000" => "LIVE_CHAT",
        "1001" => "FB_MESSENGER",
        "1002" => "EMAIL",
        _ => return Err(ApiError::not_found(format!("Channel {id} not found"))),
    };
    Ok(json!({"id": id, "name": name}))
}

/// The portal's account on a channel.
pub(crate) fn account_json(channel: Channel, address: &str) -> Value {
    let mut account = json!({
        "id": channel.account_id(), "channelId": channel.id(), "inboxId": INBOX_ID,
        "name": "Chat", "active": true, "authorized": true, "archived": false,
        "createdAt": CREATED,
    });
    if channel == Channel::Email {
        account["name"] = json!(address);
        account["deliveryIdentifier"] = json!({"type": "HS_EMAIL_ADDRESS", "value": address});
    }
    account
}

/// The portal's inbox.
pub(crate) fn inbox_json() -> Value {
    json!({
        "id": INBOX_ID, "name": "Support", "type": "INBOX", "archived": false,
        "createdAt": CREATED, "updatedAt": CREATED,
    })
}
