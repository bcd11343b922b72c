//! Choices of an organisation that are more than yes or no.

use serde::Deserialize;

use crate::opencx::events::Channel;

/// The channels on which the AI only drafts and a person sends.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "must be true, false or a list of channels")]
pub enum AssistMode {
    /// Everywhere or nowhere.
    Everywhere(bool),
    /// On these channels.
    Channels(Vec<Channel>),
}

impl Default for AssistMode {
    fn default() -> Self {
        Self::Everywhere(false)
    }
}

impl AssistMode {
    /// Returns whether the AI only drafts on this channel. A channel that is not known
    /// counts as assisted as soon as any is: a draft can be sent, a mail not unsent.
    pub fn covers(&self, channel: Option<Channel>) -> bool {
        match (self, channel) {
            (Self::Everywhere(on), _) => *on,
            (Self::Channels(list), Some(channel)) => list.contains(&channel),
            (Self::Channels(list), None) => !list.is_empty(),
        }
    }
}

/// Treatment of a message in a thread whose author is not the session's customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherSenders {
    /// The AI does not hear it; a thread without a human goes to the default user.
    #[default]
    HandToRep,
    /// The AI hears it, with its author's name.
    ForwardToAi,
}

/// Treatment of a handoff whose customer only typed an address, which nothing proves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnverifiedIdentity {
    /// Appended to the open ticket of the contact of that address, and marked.
    #[default]
    Append,
    /// A ticket of its own.
    Separate,
}
