//! Custom Channels: OpenCX's channels whose conversations are threads in HubSpot's inbox.

use serde::Deserialize;

use crate::ids::text_or_number;
use crate::opencx::events::Channel;

/// The Custom Channels of an organisation. A channel that is not listed has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// For `WhatsApp`.
    #[serde(default)]
    pub whatsapp: Option<ChannelAccount>,
    /// For text messages.
    #[serde(default)]
    pub sms: Option<ChannelAccount>,
    /// For the web widget.
    #[serde(default)]
    pub web: Option<ChannelAccount>,
    /// The moment from which a conversation is shown.
    #[serde(default)]
    pub mirror: Mirror,
}

/// A Custom Channel, and its account in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelAccount {
    /// HubSpot's id of the channel.
    #[serde(deserialize_with = "text_or_number")]
    pub channel_id: String,
    /// HubSpot's id of the account.
    #[serde(deserialize_with = "text_or_number")]
    pub account_id: String,
}

/// The moment from which a conversation is shown in HubSpot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mirror {
    /// From its handoff on, with what was said before.
    #[default]
    Handoff,
    /// From its first message on.
    Always,
}

impl Channels {
    /// Returns the account of a channel, if it is listed.
    pub fn account(&self, channel: Option<Channel>) -> Option<&ChannelAccount> {
        match channel? {
            Channel::WhatsApp => self.whatsapp.as_ref(),
            Channel::Sms => self.sms.as_ref(),
            Channel::Web => self.web.as_ref(),
            _ => None,
        }
    }

    /// Lists the accounts by the keys of the document.
    pub fn list(&self) -> impl Iterator<Item = (&'static str, &ChannelAccount)> {
        let all = [("whatsapp", &self.whatsapp), ("sms", &self.sms), ("web", &self.web)];
        all.into_iter().filter_map(|(name, account)| Some((name, account.as_ref()?)))
    }

    /// Returns whether this is HubSpot's id of one of the channels.
    pub fn has(&self, channel_id: &str) -> bool {
        self.list().any(|(_, account)| account.channel_id == channel_id)
    }

    /// Returns whether no channel is listed.
    pub fn is_empty(&self) -> bool {
        self.list().next().is_none()
    }
}
