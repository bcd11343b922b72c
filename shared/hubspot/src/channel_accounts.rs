//! The portal's accounts on a custom channel, and the channels themselves, which belong to the
//! app (docs/vendors/hubspot-channels.md#custom-channels).

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError, if_accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::HubSpot;
use crate::paths::{CUSTOM_CHANNELS, below};

/// Pages of a list that are read: more channels or accounts than a portal has.
const MOST_PAGES: usize = 5;

/// A custom channel of the app, the same in all portals.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomChannel {
    /// Its id.
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    pub id: String,
    /// The name that reps see.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The address to which HubSpot sends what reps write.
    #[serde(default, deserialize_with = "lenient::text")]
    pub webhook_url: Option<String>,
}

/// An account on a custom channel: the place of one channel in one inbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAccount {
    /// Its id.
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    pub id: String,
    /// The name that reps see.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The inbox or Help Desk.
    #[serde(default, deserialize_with = "lenient::id")]
    pub inbox_id: Option<String>,
    /// Switched on in HubSpot.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: bool,
    /// The app may use it.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub authorized: bool,
    /// Deleted.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub archived: bool,
}

impl ChannelAccount {
    /// Returns whether messages can be published to it.
    pub fn is_usable(&self) -> bool {
        self.active && self.authorized && !self.archived
    }
}

/// A channel to be created.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewChannel<'a> {
    /// The name that reps see.
    pub name: &'a str,
    /// The address to which HubSpot sends what reps write.
    pub webhook_url: &'a str,
    /// HubSpot's table of abilities.
    pub capabilities: Value,
}

/// The credentials of the app's developer: channels belong to the app, not to a portal.
#[derive(Clone, Copy)]
pub struct DeveloperKey<'a> {
    /// The key, from Development → Keys.
    pub key: &'a str,
    /// The app.
    pub app_id: u64,
}

impl DeveloperKey<'_> {
    /// A call by the key alone: whether HubSpot would take a token beside it is UNKNOWN.
    fn on(&self, call: Call) -> Call {
        call.without_token().query("hapikey", self.key).query("appId", self.app_id.to_string())
    }
}

/// The abilities of a channel of this bridge (docs/vendors/hubspot-channels.md#channel-capabilities).
pub fn channel_capabilities() -> Value {
    json!({
        "deliveryIdentifierTypes": [
            "HS_PHONE_NUMBER", "HS_EMAIL_ADDRESS", "CHANNEL_SPECIFIC_OPAQUE_ID"
        ],
        "richText": ["HYPERLINK", "BOLD", "ITALIC", "BLOCKQUOTE"],
        "threadingModel": "INTEGRATION_THREAD_ID",
        "allowInlineImages": true,
        "allowOutgoingMessages": true,
        "allowConversationStart": false,
        "allowMultipleRecipients": false,
        "outgoingAttachmentTypes": ["FILE"],
        "allowedFileAttachmentMimeTypes": ["image/*", "video/*", "audio/*", "application/*", "text/*"],
        "maxFileAttachmentCount": 10,
        "maxFileAttachmentSizeBytes": 20 * 1024 * 1024,
        "maxTotalFileAttachmentSizeBytes": 100 * 1024 * 1024,
    })
}

impl HubSpot {
    /// Creates a channel of the app. A second time would create another of the same name.
    pub async fn create_channel(
        &self,
        key: DeveloperKey<'_>,
        channel: &NewChannel<'_>,
    ) -> Result<CustomChannel, CallError> {
        let call = Call::post("create channel", &CUSTOM_CHANNELS).json(channel);
        self.caller.send(key.on(call)).await
    }

    /// The channels of the app.
    pub async fn channels(&self, key: DeveloperKey<'_>) -> Result<Vec<CustomChannel>, CallError> {
        self.list(key.on(Call::get("list channels", &CUSTOM_CHANNELS)), MOST_PAGES).await
    }

    /// The portal's accounts on a channel.
    pub async fn channel_accounts(&self, channel: &str) -> Result<Vec<ChannelAccount>, CallError> {
        let path = below(&CUSTOM_CHANNELS, &[channel, "channel-accounts"]);
        self.list(Call::get("list accounts of channel", &path), MOST_PAGES).await
    }

    /// The inbox of an account; `None` if the account cannot be read.
    pub async fn inbox_of_account(
        &self,
        channel: &str,
        account: &str,
    ) -> Result<Option<String>, CallError> {
        let path = below(&CUSTOM_CHANNELS, &[channel, "channel-accounts", account]);
        let call = Call::get("read account of channel", &path);
        let found = if_accepted(self.caller.find::<ChannelAccount>(call).await)?.flatten();
        Ok(found.and_then(|account| account.inbox_id))
    }

    /// Connects a channel to an inbox. A second time would connect it twice.
    pub async fn create_channel_account(
        &self,
        channel: &str,
        inbox: &str,
        name: &str,
        identifier: &str,
    ) -> Result<ChannelAccount, CallError> {
        let path = below(&CUSTOM_CHANNELS, &[channel, "channel-accounts"]);
        let identifier = json!({ "type": "CHANNEL_SPECIFIC_OPAQUE_ID", "value": identifier });
        let call = Call::post("create account of channel", &path).json(json!({
            "inboxId": inbox, "name": name, "authorized": true, "deliveryIdentifier": identifier,
        }));
        self.caller.send(call).await
    }
}
