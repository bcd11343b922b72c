//! The messages of a session.

use bridge_domain::ids::SessionId;
use bridge_domain::json::{lenient, value};
use bridge_domain::opencx::transcript::{Entry, EntryAttachment};
use bridge_domain::time::Timestamp;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::Value;

use crate::session::{OpenCx, Outgoing, Speaker};

/// Most pages that are read; a page of OpenCX's has about twenty messages.
const MOST_PAGES: usize = 100;

#[derive(Deserialize)]
struct Page {
    #[serde(default, deserialize_with = "lenient::list")]
    items: Vec<Item>,
    #[serde(default, deserialize_with = "lenient::text")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "lenient::if_known")]
    created_at: Option<Timestamp>,
    #[serde(default)]
    event: Value,
}

impl Item {
    /// The item as an entry of a transcript; `None` for what is not a message.
    fn into_entry(self) -> Option<Entry> {
        if self.text("/type").as_deref() != Some("message") {
            return None;
        }
        Some(Entry {
            sender: self.text("/sender/type").unwrap_or_default(),
            name: self.text("/sender/name"),
            text: self.text("/content/text"),
            created_at: self.created_at,
            attachments: attachments(self.event.pointer("/content/attachments")),
        })
    }

    fn text(&self, pointer: &str) -> Option<String> {
        self.event.pointer(pointer).and_then(value::text)
    }
}

/// Reads the files entry by entry.
fn attachments(list: Option<&Value>) -> Vec<EntryAttachment> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|file| EntryAttachment::deserialize(file).ok()).collect()
}

impl OpenCx {
    /// The messages of a session, oldest first.
    pub async fn history(&self, id: &SessionId) -> Result<Vec<Entry>, CallError> {
        let mut heard = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut call = Call::get("read history", &["chat", "sessions", id.as_str(), "history"]);
            if let Some(cursor) = cursor {
                call = call.query("cursor", cursor);
            }
            let page: Page = self.caller.send(call).await?;
            heard.extend(page.items.into_iter().filter_map(Item::into_entry));
            if page.next.is_none() {
                break;
            }
            cursor = page.next;
        }
        Ok(heard)
    }

    /// Returns whether this was said since a moment (epoch milliseconds), by which a caller knows if a
    /// send that got no answer has arrived. A minute is allowed for clocks that differ.
    pub async fn has_message(
        &self,
        id: &SessionId,
        outgoing: &Outgoing,
        since: u64,
    ) -> Result<bool, CallError> {
        let sender = match outgoing.speaker {
            Speaker::Contact => "contact",
            Speaker::Agent(_) => "human_agent",
        };
        let since = i64::try_from(since.saturating_sub(60_000)).unwrap_or(i64::MAX);
        let since = Timestamp::from_millis(since);
        Ok(self.history(id).await?.iter().any(|entry| {
            entry.sender == sender
                && entry.text.as_deref().map(str::trim) == Some(outgoing.text.trim())
                && entry.created_at.is_none_or(|said| said >= since)
        }))
    }
}
