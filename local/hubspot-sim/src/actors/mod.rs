//! The people around the portal: customers and other participants write, users of the portal
//! reply, comment, assign and edit, and HubSpot's automation acts in their names.

mod customer;
mod rep;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::conversations::{Channel, Message, Party};
use crate::files::{Files, NewBytes, attachment_of};
use crate::state::State;

pub use customer::CustomerMessage;
pub use rep::RepMessage;

/// The place of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageRef {
    pub thread: String,
    pub message: String,
}

impl From<Message> for MessageRef {
    fn from(message: Message) -> Self {
        Self { thread: message.thread, message: message.id }
    }
}

/// A file in a message.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub name: String,
    /// URL that it can be fetched from; HubSpot does not always tell one.
    #[serde(default)]
    pub url: Option<String>,
    /// Its bytes in base64, for a file that is kept in the portal: it is read by a signed address.
    #[serde(default)]
    pub base64: Option<String>,
    /// The type of such a file.
    #[serde(default)]
    pub mime_type: String,
}

impl Attachment {
    fn all_to_json(list: &[Self], files: &mut Files) -> Vec<Value> {
        list.iter().map(|one| one.to_json(files)).collect()
    }

    fn to_json(&self, files: &mut Files) -> Value {
        let bytes = self.base64.as_ref().and_then(|text| STANDARD.decode(text).ok());
        if let Some(bytes) = bytes {
            let file = NewBytes { mime_type: self.mime_type.clone(), bytes };
            return attachment_of(files.store(&self.name, "/conversations", "PRIVATE", file));
        }
        let id = uuid::Uuid::new_v4().simple().to_string();
        crate::json::without_nulls(serde_json::json!({
            "type": "FILE", "fileId": id, "fileUsageType": "OTHER",
            "name": self.name, "url": self.url,
        }))
    }
}

/// Returns the inbox as a sender or recipient on a channel.
fn inbox(state: &State, channel: Channel) -> Party {
    if channel == Channel::Email {
        Party::email(&state.options.inbox_address)
    } else {
        Party::default()
    }
}

/// Only email names the fields of its senders and recipients.
fn field(channel: Channel, name: &str) -> Option<String> {
    (channel == Channel::Email).then(|| name.to_owned())
}

fn addressed(field: &'static str, addresses: &[String]) -> impl Iterator<Item = Party> {
    addresses.iter().map(move |address| Party::email(address).recipient(field))
}
