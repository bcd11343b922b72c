//! The channels on which OpenCX meets customers.

use serde::{Deserialize, Serialize};

/// A channel of a session, as `channel.type` names it in the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The web chat widget.
    #[default]
    Web,
    Email,
    /// A telephone call.
    Phone,
    /// A call in the browser.
    WebVoice,
    /// A telephone call held by the voice AI.
    PhoneVoice,
    Whatsapp,
    /// Text messages.
    Sms,
    Slack,
    /// A conversation that another program holds.
    Api,
    /// One of the channels that OpenCX adds over time, by its name.
    #[serde(untagged)]
    Other(String),
}

impl Channel {
    pub(crate) fn is_call(&self) -> bool {
        matches!(self, Self::Phone | Self::WebVoice | Self::PhoneVoice)
    }

    /// Returns the channel as events name it, which know one kind of call only.
    pub(crate) fn in_events(&self) -> &Self {
        if self.is_call() { &Self::Phone } else { self }
    }

    /// Returns whether a customer is reached by number on this channel.
    pub(crate) fn uses_phone_number(&self) -> bool {
        matches!(self, Self::Phone | Self::PhoneVoice | Self::Whatsapp | Self::Sms)
    }
}
