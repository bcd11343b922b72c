//! Accounts of the portal on the app's channels
//! (docs/vendors/hubspot-channels.md#channels-and-accounts).

use serde::Serialize;
use serde_json::{Value, json};
use sim_kit::clock;

use super::{CustomChannels, DEMO_CHANNEL};
use crate::conversations::{DeliveryIdentifier, InboxType};
use crate::error::ApiError;
use crate::json::without_nulls;

/// An account on a channel, in one inbox.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAccount {
    pub id: String,
    pub channel_id: String,
    pub inbox_id: String,
    pub name: String,
    pub active: bool,
    pub authorized: bool,
    pub archived: bool,
    pub created_at: String,
    pub delivery_identifier: Option<DeliveryIdentifier>,
}

impl ChannelAccount {
    pub(super) fn demo(id: &str, name: &str) -> Self {
        let value = format!("opencx-{name}");
        Self {
            id: id.to_owned(),
            channel_id: DEMO_CHANNEL.to_owned(),
            inbox_id: InboxType::Inbox.id().to_owned(),
            name: format!("OpenCX {name}"),
            active: true,
            authorized: true,
            archived: false,
            created_at: clock::now_iso(),
            delivery_identifier: Some(DeliveryIdentifier::opaque(value)),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        without_nulls(json!(self))
    }

    /// The account's own event, whose fields public code knows.
    pub(crate) fn event(&self, kind: &str, portal_id: u64) -> Value {
        without_nulls(json!({
            "type": kind, "portalId": portal_id.to_string(), "channelId": self.channel_id,
            "channelAccountId": self.id, "eventTimestamp": clock::now_iso(),
            "channelAccountDeliveryIdentifier": self.delivery_identifier,
            "authorized": (kind == "CHANNEL_ACCOUNT_UPDATED").then_some(self.authorized),
        }))
    }
}

impl CustomChannels {
    /// Returns an account of a channel on which messages can be published.
    pub(super) fn usable_account(
        &self,
        channel: &str,
        id: &str,
    ) -> Result<ChannelAccount, ApiError> {
        self.channel(channel)?;
        let mut accounts = self.accounts.iter();
        let found = accounts.find(|account| account.id == id && account.channel_id == channel);
        let account = found.filter(|account| !account.archived);
        let account = account.ok_or_else(|| {
            ApiError::invalid(format!("Channel account {id} is not an account of {channel}"))
        })?;
        if account.active && account.authorized {
            return Ok(account.clone());
        }
        Err(ApiError::invalid(format!("Channel account {id} is not active and authorized")))
    }
}
