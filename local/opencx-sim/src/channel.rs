//! The channels on which OpenCX meets customers.

use serde::{Deserialize, Serialize};

/// A channel of a session, as `channel.type` names it in the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The web chat widget.
    #[default]
    Web,
    /// Mail.
    Email,
    /// A telephone call.
    Phone,
    /// A call in the browser.
    WebVoice,
    /// A telephone call held by the voice AI.
    PhoneVoice,
    /// `WhatsApp`.
    Whatsapp,
    /// Text messages.
    Sms,
    /// Slack.
    Slack,
    /// A conversation that another program holds.
    Api,
}

impl Channel {
    /// The name in events, which know one kind of call only.
    pub(crate) fn in_events(self) -> Self {
        match self {
            Self::WebVoice | Self::PhoneVoice => Self::Phone,
            other => other,
        }
    }

    /// Whether a customer is reached by number on this channel.
    pub(crate) fn uses_phone_number(self) -> bool {
        matches!(self, Self::Phone | Self::PhoneVoice | Self::Whatsapp | Self::Sms)
    }
}
