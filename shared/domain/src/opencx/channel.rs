//! Channels: where a conversation takes place.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::json::value;

/// The channel of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The web widget.
    Web,
    /// Email.
    Email,
    /// `WhatsApp`.
    WhatsApp,
    /// Text messages.
    Sms,
    /// Voice, whether by telephone or in the browser.
    Phone,
    /// Slack.
    Slack,
    /// A program.
    Api,
    /// One that is not known here, e.g. `instagram`: treated like a program, and shown by
    /// its own name.
    Other(ChannelName),
}

/// Longest name of a channel that is kept, in bytes.
const LONGEST_NAME: usize = 32;

/// The name of a channel that is not known here. It is short, and held in place, so that a
/// channel is as easily passed on as a number.
#[derive(Clone, Copy, Debug, Eq)]
pub struct ChannelName {
    bytes: [u8; LONGEST_NAME],
    length: usize,
}

/// Names are the same in any letter case and with any separators, as those of known channels.
impl PartialEq for ChannelName {
    fn eq(&self, other: &Self) -> bool {
        folded(self.as_str()) == folded(other.as_str())
    }
}

impl ChannelName {
    /// Keeps the letters, digits and signs of a name, as far as they fit.
    fn of(name: &str) -> Self {
        let mut bytes = [0; LONGEST_NAME];
        let kept = name.bytes().filter(|c| c.is_ascii_alphanumeric() || b" _-./".contains(c));
        let mut length = 0;
        for (place, byte) in bytes.iter_mut().zip(kept) {
            *place = byte;
            length += 1;
        }
        Self { bytes, length }
    }

    fn as_str(&self) -> &str {
        // Plain ASCII, see above.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// The letters and digits of a name, in lower case.
fn folded(name: &str) -> String {
    name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Channel {
    /// Reads a channel's name in any letter case and with any separators; `None` for a
    /// text that names nothing.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match folded(name).as_str() {
            "" => return None,
            "web" => Self::Web,
            "email" => Self::Email,
            "whatsapp" => Self::WhatsApp,
            "sms" => Self::Sms,
            "phone" | "webvoice" | "phonevoice" => Self::Phone,
            "slack" => Self::Slack,
            "api" => Self::Api,
            _ => Self::Other(ChannelName::of(name.trim())),
        })
    }

    /// Reads a channel from JSON: its name, or an object with its type.
    pub fn read(value: &Value) -> Option<Self> {
        Self::from_name(&value::text(value.get("type").unwrap_or(value))?)
    }

    /// OpenCX's name of the channel.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::WhatsApp => "whatsapp",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Slack => "slack",
            Self::Api => "api",
            Self::Other(name) => name.as_str(),
        }
    }

    /// The channel as a person calls it.
    pub fn title(&self) -> &str {
        match self {
            Self::Web => "Web chat",
            Self::Email => "Email",
            Self::WhatsApp => "WhatsApp",
            Self::Sms => "SMS",
            Self::Phone => "Phone",
            Self::Slack => "Slack",
            Self::Api => "API",
            Self::Other(name) => name.as_str(),
        }
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Channel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value).ok_or_else(|| serde::de::Error::custom("must be the name of a channel"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_known_in_every_spelling_and_an_unknown_one_keeps_its_name() {
        for (name, channel) in [
            ("WhatsApp", Channel::WhatsApp),
            ("EMAIL", Channel::Email),
            ("phone_voice", Channel::Phone),
            ("web-voice", Channel::Phone),
            (" web ", Channel::Web),
        ] {
            assert_eq!(Channel::from_name(name), Some(channel), "{name}");
        }
        for (name, shown) in [
            ("instagram", "instagram"),
            ("Facebook Messenger", "Facebook Messenger"),
            ("tele\ngram<b>", "telegramb"),
            (&"x".repeat(100), &"x".repeat(LONGEST_NAME)),
        ] {
            let channel = Channel::from_name(name).unwrap();
            assert_eq!((channel.as_str(), channel.title()), (shown, shown));
            let stored = serde_json::to_string(&channel).unwrap();
            assert_eq!(serde_json::from_str::<Channel>(&stored).unwrap(), channel);
        }
        assert_eq!(Channel::from_name(" - "), None);
        let same = ["Facebook Messenger", "facebook_messenger"].map(Channel::from_name);
        assert_eq!(same[0], same[1]);
        assert_ne!(same[0], Channel::from_name("messenger"));
    }
}
