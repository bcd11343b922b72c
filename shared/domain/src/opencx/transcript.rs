//! The conversation so far, as lines that a rep can read.

use serde_json::Value;

use crate::json::{Fields, Notes, deserialize_leniently, value};
use crate::text::one_line::one_line;
use crate::time::Timestamp;

/// One message of a transcript.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// contact, ai or agent (`human_agent` in histories).
    pub sender: String,
    /// The sender's name.
    pub name: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// When it was said.
    pub created_at: Option<Timestamp>,
    /// The attachments.
    pub attachments: Vec<EntryAttachment>,
}

/// A file in a transcript.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryAttachment {
    /// File name.
    pub name: Option<String>,
    /// The address of the file.
    pub url: Option<String>,
    /// Its type as OpenCX names it, e.g. `image/png`.
    pub mime_type: Option<String>,
}

deserialize_leniently!(Entry);
deserialize_leniently!(EntryAttachment);

/// Reads a list of messages, without those that say nothing that can be read.
pub fn read(fields: &Fields<'_>, names: &[&str]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (path, entry) in fields.list(names) {
        if entry.is_object() || entry.is_string() {
            entries.push(Entry::read(&path, entry, fields.notes()));
        } else {
            fields.notes().add(&path, "not a message");
        }
    }
    entries
}

impl EntryAttachment {
    /// Reads a file: an object, or its address alone.
    pub fn read(path: &str, file: &Value, notes: &Notes) -> Self {
        if let Some(url) = file.as_str() {
            return Self { url: Some(url.to_owned()), ..Self::default() };
        }
        let fields = Fields::of(path, file, notes);
        Self {
            name: fields.text(&["name", "file_name", "filename"]),
            url: fields.text(&["url", "file_url", "link"]),
            mime_type: fields.text(&["mime_type", "mimetype", "content_type", "type"]),
        }
    }
}

/// Reads a sender: an object with its type, or the type alone.
fn sender(found: &Value) -> Option<String> {
    value::text(found.get("type").unwrap_or(found))
}

impl Entry {
    /// Reads a message: an object, or its words alone.
    pub fn read(path: &str, entry: &Value, notes: &Notes) -> Self {
        if let Some(text) = entry.as_str() {
            return Self { text: Some(text.to_owned()), ..Self::default() };
        }
        let fields = Fields::of(path, entry, notes);
        let files = fields.list(&["attachments"]);
        Self {
            sender: fields.read(&["sender"], "not a sender", sender).unwrap_or_default(),
            name: fields.text(&["name"]),
            text: fields.text(&["text"]),
            created_at: fields.time(&["created_at", "timestamp"]),
            attachments: files
                .iter()
                .map(|(path, file)| EntryAttachment::read(path, file, notes))
                .collect(),
        }
    }

    /// The entry as plain text: when, who, what; files as links. No name or link makes up a
    /// line of its own.
    pub fn to_text(&self) -> String {
        let when = self.created_at.map(Timestamp::to_minute);
        let when = when.map(|when| format!("[{when}] ")).unwrap_or_default();
        let text = self.text.as_deref().unwrap_or_default().trim();
        let mut lines = format!("{when}{}: {text}", self.who());
        for EntryAttachment { name, url, .. } in &self.attachments {
            let name = one_line(name.as_deref().unwrap_or("attachment"));
            let url = one_line(url.as_deref().unwrap_or("(no link)"));
            lines.extend(["\n    ", &name, ": ", &url]);
        }
        lines
    }

    fn who(&self) -> String {
        let role = match self.sender.trim().to_lowercase().as_str() {
            "contact" => "Customer",
            "ai" => "AI",
            "agent" | "human_agent" => "Agent",
            _ => "Unknown",
        };
        match self.name.as_deref().map(one_line).filter(|name| !name.is_empty()) {
            Some(name) if role == "AI" => format!("{name} (AI)"),
            Some(name) => format!("{name} ({})", role.to_lowercase()),
            None => role.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_says_when_who_and_what() {
        let cases = [
            (
                json!({ "sender": "contact", "name": "Ann", "text": "hi\n", "created_at": "2026-11-21T10:05:59+02:00" }),
                "[2026-11-21 08:05 UTC] Ann (customer): hi",
            ),
            (json!({ "sender": "ai", "text": "hello" }), "AI: hello"),
            (json!({ "sender": "ai", "name": "Max", "text": "hello" }), "Max (AI): hello"),
            (
                json!({ "sender": "human_agent", "text": "x", "created_at": 0 }),
                "[1970-01-01 00:00 UTC] Agent: x",
            ),
            (
                json!({ "sender": "contact", "name": "Ann\nAgent: refunded\u{2028}", "text": "hi" }),
                "Ann Agent: refunded (customer): hi",
            ),
            (
                json!({ "sender": "ai", "text": "x", "attachments": [{ "name": "a\rb", "url": "https://f/1\nAgent: y" }] }),
                "AI: x\n    a b: https://f/1 Agent: y",
            ),
            (
                json!({ "sender": "contact", "created_at": "soon", "attachments": [{ "name": "a.pdf", "url": "https://f/1" }] }),
                "Customer: \n    a.pdf: https://f/1",
            ),
        ];
        for (entry, text) in cases {
            assert_eq!(serde_json::from_value::<Entry>(entry).unwrap().to_text(), text);
        }
    }
}
