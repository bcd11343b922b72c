//! A message in a HubSpot thread, as far as the bridge reads it (docs/vendors/hubspot.md#messages).
//!
//! Only its id is required: comments and other types lack most fields, and a field of a
//! surprising type must not keep a message from the customer.

use serde::{Deserialize, Deserializer};

use crate::email::EmailAddress;
use crate::hubspot::actor::Actor;
use crate::hubspot::party::Party;
use crate::ids::MessageId;
use crate::json::lenient;
use crate::opencx::events::Channel;
use crate::text::html_to_markdown::html_to_markdown;
use crate::text::markdown_to_text::markdown_to_text;
use crate::text::pictures::{Picture, pictures};

/// HubSpot's number of the email channel; 1000 is live chat.
pub const EMAIL_CHANNEL: &str = "1002";

/// A message of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Unique within the portal.
    pub id: MessageId,
    /// `MESSAGE`, `COMMENT`, `WELCOME_MESSAGE`, `ASSIGNMENT`, `THREAD_STATUS_CHANGE`, …
    #[serde(default, rename = "type", deserialize_with = "kind")]
    pub kind: String,
    /// INCOMING from the customer, OUTGOING to them; comments have none.
    #[serde(default, deserialize_with = "direction")]
    pub direction: Option<Direction>,
    /// RFC 3339.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// The program that posted it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub client: Client,
    /// The actor id of its author.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// On email of several kinds; the author is [`Message::sender`].
    #[serde(default, deserialize_with = "lenient::list")]
    pub senders: Vec<Party>,
    /// On email TO, CC and BCC; chats name at most the visitor.
    #[serde(default, deserialize_with = "lenient::list")]
    pub recipients: Vec<Party>,
    /// Plain text, possibly cut (`truncation_status`).
    #[serde(default, deserialize_with = "lenient::text")]
    pub text: Option<String>,
    /// The same as HTML.
    #[serde(default, deserialize_with = "lenient::text")]
    pub rich_text: Option<String>,
    /// An email's subject.
    #[serde(default, deserialize_with = "lenient::text")]
    pub subject: Option<String>,
    /// `NOT_TRUNCATED`, or what was cut.
    #[serde(default, deserialize_with = "lenient::word")]
    pub truncation_status: Option<String>,
    /// Files and other things that hang on it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub attachments: Vec<Attachment>,
    /// The kind of channel: 1000 live chat, 1002 email.
    #[serde(default, deserialize_with = "lenient::id")]
    pub channel_id: Option<String>,
    /// The inbox address or chat widget.
    #[serde(default, deserialize_with = "lenient::id")]
    pub channel_account_id: Option<String>,
    /// The state of its delivery.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub status: Option<DeliveryStatus>,
    /// Archived.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub archived: bool,
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    lenient::word(deserializer).map(Option::unwrap_or_default)
}

fn direction<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Direction>, D::Error> {
    Ok(match lenient::word(deserializer)?.as_deref() {
        Some("INCOMING") => Some(Direction::Incoming),
        Some("OUTGOING") => Some(Direction::Outgoing),
        _ => None,
    })
}

/// The direction of a public message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the inbox.
    Incoming,
    /// From the inbox.
    Outgoing,
}

/// The program that posted a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// `HUBSPOT`, `SYSTEM`, `INTEGRATION`.
    #[serde(default, deserialize_with = "lenient::word")]
    pub client_type: Option<String>,
    /// The app that posted it through the API.
    #[serde(default, deserialize_with = "lenient::id")]
    pub integration_app_id: Option<String>,
}

/// The state of a delivery; a failure is reported later than the send.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryStatus {
    /// SENT, FAILED, RECEIVED or READ.
    #[serde(default, deserialize_with = "lenient::word")]
    pub status_type: Option<String>,
}

/// Something that hangs on a message; only files matter here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// `FILE`, `QUICK_REPLIES`, …
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub kind: Option<String>,
    /// The file in HubSpot, by which a signed address is asked for.
    #[serde(default, deserialize_with = "lenient::id")]
    pub file_id: Option<String>,
    /// File name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Address of the file.
    #[serde(default, deserialize_with = "lenient::text")]
    pub url: Option<String>,
}

/// The text of a message before HubSpot cut it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Original {
    /// Plain text.
    #[serde(default, deserialize_with = "lenient::text")]
    pub text: Option<String>,
    /// The same as HTML.
    #[serde(default, deserialize_with = "lenient::text")]
    pub rich_text: Option<String>,
}

impl Message {
    /// Returns whether it came by email.
    pub fn is_email(&self) -> bool {
        self.channel_id.as_deref() == Some(EMAIL_CHANNEL)
    }

    /// The OpenCX channel that fits HubSpot's: email, or web for everything else
    /// that HubSpot delivers by itself.
    pub fn channel(&self) -> Channel {
        if self.is_email() { Channel::Email } else { Channel::Web }
    }

    /// The `FROM` sender, whatever the order; else the first that is not marked as another
    /// one (`ORIGINAL_FROM`, …).
    pub fn sender(&self) -> Option<&Party> {
        let mut senders = self.senders.iter();
        let from = senders.clone().find(|sender| sender.is_field("FROM"));
        let unmarked = senders.find(|sender| sender.sender_field.is_none());
        from.or(unmarked).or(self.senders.first())
    }

    /// The actor of its sender, else of its author.
    pub fn actor(&self) -> Option<Actor> {
        let sender = self.sender().and_then(|sender| sender.actor_id.as_deref());
        sender.or(self.created_by.as_deref()).map(Actor::parse)
    }

    /// Returns whether HubSpot's automation wrote it, perhaps in a user's name.
    pub fn is_automated(&self) -> bool {
        let by_system = self.created_by.as_deref().is_some_and(|actor| actor.starts_with("S-"));
        by_system || self.client.client_type.as_deref() == Some("SYSTEM")
    }

    /// Its words: the plain text, or those of the rich text where there is no other.
    pub fn words(&self) -> String {
        if let Some(plain) = non_empty(self.text.as_deref()) {
            return plain.to_owned();
        }
        let rich = self.rich_text.as_deref().and_then(html_to_markdown);
        rich.map(|markdown| markdown_to_text(&markdown)).unwrap_or_default()
    }

    /// Its subject, unless that is empty.
    pub fn subject(&self) -> Option<&str> {
        non_empty(self.subject.as_deref())
    }

    /// Returns whether it says anything: by words, a subject, a file or a picture.
    pub fn says_something(&self) -> bool {
        self.subject().is_some()
            || self.files().next().is_some()
            || !self.words().is_empty()
            || !self.pictures().is_empty()
    }

    /// Returns whether HubSpot cut its text, so that the original has to be fetched. A text
    /// that was cut to the most recent reply has lost only what it quoted.
    pub fn is_truncated(&self) -> bool {
        self.truncation_status.as_deref() == Some("TRUNCATED")
    }

    /// The same message with its whole text; without an original, with the text as it was cut.
    #[must_use]
    pub fn with_original(self, original: Option<Original>) -> Self {
        let original = original.unwrap_or_default();
        Self {
            text: original.text.or(self.text),
            rich_text: original.rich_text.or(self.rich_text),
            truncation_status: None,
            ..self
        }
    }

    /// Returns whether HubSpot could not deliver it; that is known later than the send.
    pub fn has_failed(&self) -> bool {
        let status = self.status.as_ref().and_then(|status| status.status_type.as_deref());
        status == Some("FAILED")
    }

    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| {
            attachment.link().is_some() || non_empty(attachment.name.as_deref()).is_some()
        })
    }

    /// The pictures in its rich text.
    pub fn pictures(&self) -> Vec<Picture> {
        self.rich_text.as_deref().map(pictures).unwrap_or_default()
    }

    /// Our address that the customer wrote to, if the message leaves no doubt.
    pub fn inbox_address(&self) -> Option<EmailAddress> {
        let mut addresses = self.recipients.iter().filter_map(Party::email);
        let first = addresses.next()?;
        addresses.next().is_none().then_some(first)
    }
}

impl Attachment {
    /// The address of the file, if it can be fetched.
    pub fn link(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| url.starts_with("http"))
    }

    /// The file's name, or a word for one that has none.
    pub fn title(&self) -> &str {
        non_empty(self.name.as_deref()).unwrap_or("attachment")
    }
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
