//! A message in a HubSpot thread, as far as the bridge reads it
//! (docs/vendors/hubspot.md#messages).

use serde::Deserialize;

use crate::email::EmailAddress;
use crate::hubspot::actor::Actor;
use crate::ids::MessageId;
use crate::opencx::events::Channel;
use crate::text::html_to_markdown::html_to_markdown;
use crate::text::markdown_to_text::markdown_to_text;

/// HubSpot's number of the email channel; 1000 is live chat [G].
pub const EMAIL_CHANNEL: &str = "1002";

/// What `GET …/threads/{t}/messages/{m}` answers. Comments and other types
/// lack most fields, therefore all but `id` and `type` may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id, unique within the portal.
    pub id: MessageId,
    /// `MESSAGE`, `COMMENT`, `WELCOME_MESSAGE`, `ASSIGNMENT`, `THREAD_STATUS_CHANGE`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// INCOMING from the customer, OUTGOING to them; comments have none.
    #[serde(default)]
    pub direction: Option<String>,
    /// When: RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    /// Which program posted it.
    #[serde(default)]
    pub client: Client,
    /// The actor id of who made it.
    #[serde(default)]
    pub created_by: Option<String>,
    /// Who it is from.
    #[serde(default)]
    pub senders: Vec<Party>,
    /// Who it is to.
    #[serde(default)]
    pub recipients: Vec<Party>,
    /// Plain text, possibly cut (`truncation_status`).
    #[serde(default)]
    pub text: Option<String>,
    /// The same as HTML.
    #[serde(default)]
    pub rich_text: Option<String>,
    /// An email's subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// `NOT_TRUNCATED`, or what was cut.
    #[serde(default)]
    pub truncation_status: Option<String>,
    /// Files and other things that hang on it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The kind of channel: 1000 live chat, 1002 email.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// The inbox address or chat widget.
    #[serde(default)]
    pub channel_account_id: Option<String>,
    /// How its delivery went.
    #[serde(default)]
    pub status: Option<DeliveryStatus>,
    /// Whether it was archived.
    #[serde(default)]
    pub archived: bool,
}

/// Which program posted a message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// The app that posted it through the API.
    #[serde(default)]
    pub integration_app_id: Option<u64>,
}

/// A sender or recipient.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// May be missing since 2023 for people known by email only.
    #[serde(default)]
    pub actor_id: Option<String>,
    /// Name as shown.
    #[serde(default)]
    pub name: Option<String>,
    /// Singular in answers; requests have a list of them.
    #[serde(default)]
    pub delivery_identifier: Option<DeliveryIdentifier>,
    /// TO, CC or BCC.
    #[serde(default)]
    pub recipient_field: Option<String>,
}

/// An address on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct DeliveryIdentifier {
    /// `HS_EMAIL_ADDRESS`, `HS_PHONE_NUMBER`, `CHANNEL_SPECIFIC_OPAQUE_ID`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The address.
    pub value: String,
}

/// How a delivery went; a failure is reported later than the send
/// (docs/vendors/hubspot.md#messages).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryStatus {
    /// SENT, FAILED, RECEIVED or READ.
    #[serde(default)]
    pub status_type: Option<String>,
}

/// Something that hangs on a message; only files with an address matter here.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// `FILE`, `QUICK_REPLIES`, …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// File name.
    #[serde(default)]
    pub name: Option<String>,
    /// Where the file can be fetched.
    #[serde(default)]
    pub url: Option<String>,
}

/// What `GET …/messages/{m}/original-content` answers: the text before HubSpot cut it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Original {
    /// Plain text.
    #[serde(default)]
    pub text: Option<String>,
    /// The same as HTML.
    #[serde(default)]
    pub rich_text: Option<String>,
}

impl Party {
    /// The email address: how this party is reached, or what HubSpot knows them by
    /// (`E-ann@x.org`).
    pub fn email(&self) -> Option<EmailAddress> {
        let by_actor = || self.actor_id.as_deref()?.strip_prefix("E-");
        EmailAddress::parse(self.reached_by("HS_EMAIL_ADDRESS").or_else(by_actor)?)
    }

    /// The telephone number, where that is how this party is reached.
    pub fn phone(&self) -> Option<&str> {
        self.reached_by("HS_PHONE_NUMBER")
    }

    fn reached_by(&self, kind: &str) -> Option<&str> {
        let identifier = self.delivery_identifier.as_ref()?;
        (identifier.kind == kind).then_some(identifier.value.as_str())
    }
}

impl Message {
    /// Whether it came by email.
    pub fn is_email(&self) -> bool {
        self.channel_id.as_deref() == Some(EMAIL_CHANNEL)
    }

    /// The OpenCX channel that fits HubSpot's: email, or web for everything else
    /// that HubSpot delivers by itself (docs/vendors/opencx.md#delivery).
    pub fn channel(&self) -> Channel {
        if self.is_email() { Channel::Email } else { Channel::Web }
    }

    /// Who sent it: the sender's actor, else whoever made it.
    pub fn actor(&self) -> Option<Actor> {
        let sender = self.senders.iter().find_map(|sender| sender.actor_id.as_deref());
        sender.or(self.created_by.as_deref()).map(Actor::parse)
    }

    /// Whether either form of its text contains the marker.
    pub fn contains(&self, marker: &str) -> bool {
        [&self.text, &self.rich_text].into_iter().flatten().any(|text| text.contains(marker))
    }

    /// Whether there are words in it.
    pub fn has_text(&self) -> bool {
        !self.words().is_empty()
    }

    /// Its words: the plain text, or those of the rich text where there is no other.
    pub fn words(&self) -> String {
        let plain = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let rich = || Some(markdown_to_text(&html_to_markdown(self.rich_text.as_deref()?)?));
        plain.map(str::to_owned).or_else(rich).unwrap_or_default()
    }

    /// Whether HubSpot cut its text, so that the original has to be fetched. What was
    /// cut to the most recent reply has lost only what it quoted.
    pub fn is_truncated(&self) -> bool {
        self.truncation_status.as_deref().is_some_and(|status| status == "TRUNCATED")
    }

    /// The same message with its whole text.
    #[must_use]
    pub fn with_original(self, original: Original) -> Self {
        Self {
            text: original.text.or(self.text),
            rich_text: original.rich_text.or(self.rich_text),
            truncation_status: None,
            ..self
        }
    }

    /// Whether HubSpot could not deliver it; that is known later than the send
    /// (docs/vendors/hubspot.md#messages).
    pub fn has_failed(&self) -> bool {
        let status = self.status.as_ref().and_then(|status| status.status_type.as_deref());
        status == Some("FAILED")
    }

    /// Its files as (name, address); only those that can be fetched.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attachments.iter().filter_map(|attachment| {
            let url = attachment.url.as_deref().filter(|url| url.starts_with("http"))?;
            Some((attachment.name.as_deref().unwrap_or("attachment"), url))
        })
    }

    /// Our address that the customer wrote to, if the message leaves no doubt.
    pub fn inbox_address(&self) -> Option<EmailAddress> {
        let mut addresses = self.recipients.iter().filter_map(Party::email);
        let first = addresses.next()?;
        addresses.next().is_none().then_some(first)
    }
}
