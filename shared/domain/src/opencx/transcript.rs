//! The conversation so far, as lines that a rep can read.

use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// One message of a transcript.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    /// contact, ai or agent (`human_agent` in histories).
    #[serde(default)]
    pub sender: String,
    /// The sender's name.
    #[serde(default)]
    pub name: Option<String>,
    /// What was said.
    #[serde(default)]
    pub text: Option<String>,
    /// When: RFC 3339.
    #[serde(default)]
    pub created_at: Option<Value>,
    /// What was sent along.
    #[serde(default)]
    pub attachments: Vec<EntryAttachment>,
}

/// A file in a transcript.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EntryAttachment {
    /// File name.
    #[serde(default)]
    pub name: Option<String>,
    /// Where it can be fetched.
    #[serde(default)]
    pub url: Option<String>,
}

impl Entry {
    /// The entry as plain text: when, who, what; files as links.
    pub fn to_text(&self) -> String {
        let when = self.created_at.as_ref().and_then(moment).map(minute);
        let when = when.map(|when| format!("[{when}] ")).unwrap_or_default();
        let text = self.text.as_deref().unwrap_or_default().trim();
        let mut lines = format!("{when}{}: {text}", self.who());
        for EntryAttachment { name, url } in &self.attachments {
            let name = name.as_deref().unwrap_or("attachment");
            lines.extend(["\n    ", name, ": ", url.as_deref().unwrap_or("(no link)")]);
        }
        lines
    }

    fn who(&self) -> String {
        let role = match self.sender.as_str() {
            "contact" => "Customer",
            "ai" => "AI",
            "agent" | "human_agent" => "Agent",
            _ => "Unknown",
        };
        match self.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) if role == "AI" => format!("{name} (AI)"),
            Some(name) => format!("{name} ({})", role.to_lowercase()),
            None => role.to_owned(),
        }
    }
}

/// Reads a moment as OpenCX writes it: RFC 3339, or epoch milliseconds.
pub fn moment(value: &Value) -> Option<OffsetDateTime> {
    match value {
        Value::String(text) => OffsetDateTime::parse(text, &Rfc3339).ok(),
        Value::Number(number) => {
            let nanoseconds = i128::from(number.as_i64()?) * 1_000_000;
            OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()
        }
        _ => None,
    }
}

/// A moment to the minute, in UTC: `2026-11-21 20:48 UTC`.
pub fn minute(moment: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    moment.to_offset(time::UtcOffset::UTC).format(form).unwrap_or_default()
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
                json!({ "sender": "contact", "created_at": "soon", "attachments": [{ "name": "a.pdf", "url": "https://f/1" }] }),
                "Customer: \n    a.pdf: https://f/1",
            ),
        ];
        for (entry, text) in cases {
            assert_eq!(serde_json::from_value::<Entry>(entry).unwrap().to_text(), text);
        }
    }
}
