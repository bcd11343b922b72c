//! Looks for a public message that got no answer and may have been posted after all.

use bridge_domain::hubspot::message::{Direction, Message};
use bridge_domain::ids::ThreadId;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;

use crate::client::HubSpot;
use crate::conversations::{NewMessage, Posted};
use crate::paths::{THREADS, below};
use crate::reconcile::{is_since, words};

#[derive(Deserialize)]
struct Page {
    #[serde(default = "Vec::new")]
    results: Vec<Message>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    next: Option<Next>,
}

#[derive(Deserialize)]
struct Next {
    after: String,
}

impl HubSpot {
    /// The message, if it was posted in a thread since a moment (epoch milliseconds, a
    /// minute allowed for clocks that differ). Reads the thread, newest first, back to
    /// that moment.
    pub async fn find_message(
        &self,
        thread: &ThreadId,
        wanted: &NewMessage,
        since: u64,
    ) -> Result<Option<Posted>, CallError> {
        let path = below(&THREADS, &[thread.as_str(), "messages"]);
        let mut after: Option<String> = None;
        loop {
            let mut call = Call::get("list messages", &path).query("limit", "50");
            if let Some(after) = after.take() {
                call = call.query("after", after);
            }
            let page: Page = self.caller.send(call).await?;
            let mut all_late = true;
            for message in page.results {
                if !is_since(message.created_at.as_deref(), since) {
                    all_late = false;
                } else if is_it(&message, wanted) {
                    return Ok(Some(Posted::found(message.id)));
                }
            }
            match page.paging.and_then(|paging| paging.next) {
                Some(next) if all_late => after = Some(next.after),
                _ => return Ok(None),
            }
        }
    }
}

/// HubSpot tidies up texts, may put a signature below them, and may cut them.
fn is_it(message: &Message, wanted: &NewMessage) -> bool {
    let sender = Some(wanted.sender_actor_id.as_str());
    let ours = message.created_by.as_deref() == sender
        || message.senders.iter().any(|party| party.actor_id.as_deref() == sender);
    let (posted, asked) = (words(message.text.as_deref().unwrap_or_default()), words(&wanted.text));
    let cut = message.truncation_status.as_deref().is_some_and(|how| how != "NOT_TRUNCATED");
    let same = if asked.is_empty() || posted.is_empty() {
        // An emoji has no letters.
        message.text.as_deref().map(str::trim) == Some(wanted.text.trim())
    } else {
        posted.starts_with(&asked) || cut && asked.starts_with(&posted)
    };
    let is_public = message.kind == "MESSAGE" && message.direction == Some(Direction::Outgoing);
    is_public && ours && same && !message.has_failed()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_known_by_its_sender_and_its_words() {
        let wanted = NewMessage {
            text: "**Your** order, 1".into(),
            rich_text: String::new(),
            recipients: Vec::new(),
            sender_actor_id: "A-1".into(),
            channel_id: String::new(),
            channel_account_id: String::new(),
            subject: None,
        };
        let cases = [
            ("MESSAGE", "OUTGOING", "A-1", "Your order, 1", true),
            ("MESSAGE", "OUTGOING", "A-1", "Your order, 1\n--\nAcme", true),
            ("MESSAGE", "OUTGOING", "A-1", "Your ord", false),
            ("MESSAGE", "OUTGOING", "A-1", "", false),
            ("MESSAGE", "OUTGOING", "A-1", "Another order", false),
            ("MESSAGE", "OUTGOING", "A-2", "Your order, 1", false),
            ("MESSAGE", "INCOMING", "A-1", "Your order, 1", false),
            ("COMMENT", "OUTGOING", "A-1", "Your order, 1", false),
        ];
        for (kind, direction, actor, text, expected) in cases {
            let message = json!({ "id": "1", "type": kind, "direction": direction, "text": text,
                "senders": [{ "actorId": actor }] });
            let message: Message = serde_json::from_value(message).unwrap();
            assert_eq!(is_it(&message, &wanted), expected, "{kind} {direction} {actor} {text}");
        }
        let failed = json!({ "id": "1", "type": "MESSAGE", "direction": "OUTGOING",
            "text": "Your order, 1", "senders": [{ "actorId": "A-1" }],
            "status": { "statusType": "FAILED" } });
        assert!(!is_it(&serde_json::from_value(failed).unwrap(), &wanted), "nobody got it");
        let cut = json!({ "id": "1", "type": "MESSAGE", "direction": "OUTGOING", "text": "Your ord",
            "senders": [{ "actorId": "A-1" }], "truncationStatus": "TRUNCATED" });
        let cut: Message = serde_json::from_value(cut).unwrap();
        assert!(is_it(&cut, &wanted));
        let emoji = NewMessage { text: "👍".into(), ..wanted };
        assert!(!is_it(&cut, &emoji), "no letters are not just any");
    }
}
