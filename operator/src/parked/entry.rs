//! One parked event, as far as it is known: by its claim, by its message, or by both.

use std::time::Duration;

use bridge_store::{Queue, Step, StoredOutcome};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::queued_message::QueuedMessage;
use crate::connect::Operator;
use crate::problem::Problem;

/// What SQS moved away after too many receives, without a function's word.
const MOVED_BY_SQS: &str = "moved_by_sqs";

/// A parked event.
#[derive(Debug)]
pub(super) struct Entry {
    id: String,
    at: String,
    /// Its claim. None for a message that SQS itself moved to `parked.fifo`.
    pub(super) filed: Option<StoredOutcome>,
    /// Its messages on `parked.fifo`.
    pub(super) held: Vec<QueuedMessage>,
}

impl Entry {
    pub(super) fn of_claim(filed: StoredOutcome) -> Self {
        let (id, at) = (short_id(filed.id()), filed.record.at.clone());
        Self { id, at, filed: Some(filed), held: Vec::new() }
    }

    pub(super) fn of_message(held: QueuedMessage) -> Self {
        let nanos = i128::from(held.sent_at.unwrap_or_default()) * 1_000_000;
        let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
        let at = at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default();
        Self { id: short_id(&held.message_id), at, filed: None, held: vec![held] }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// When it was parked: RFC 3339.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    pub(super) fn age(&self, now: OffsetDateTime) -> Option<Duration> {
        let at = OffsetDateTime::parse(&self.at, &Rfc3339).ok()?;
        Some((now - at).try_into().unwrap_or_default())
    }

    fn said(&self, name: &str) -> &str {
        self.held.first().map(|held| held.said(name)).unwrap_or_default()
    }

    pub(super) fn org(&self) -> &str {
        let org = self.filed.as_ref().map_or(self.said("org"), |filed| &filed.record.org);
        if org.is_empty() { "-" } else { org }
    }

    pub(super) fn function(&self) -> &str {
        self.filed.as_ref().map_or(self.said("function"), |filed| &filed.record.function)
    }

    pub(super) fn event(&self) -> &str {
        self.filed.as_ref().map_or(self.said("event"), |filed| &filed.record.event)
    }

    fn event_id(&self) -> &str {
        self.filed.as_ref().map_or(self.said("event_id"), |filed| &filed.record.event_id)
    }

    pub(super) fn reason(&self) -> &str {
        let of_claim = self.filed.as_ref().and_then(|filed| filed.record.reason.as_deref());
        match of_claim.unwrap_or(self.said("reason")) {
            "" => MOVED_BY_SQS,
            reason => reason,
        }
    }

    pub(super) fn error(&self) -> &str {
        let of_claim = self.filed.as_ref().and_then(|filed| filed.record.error.as_deref());
        of_claim.unwrap_or(self.said("error"))
    }

    /// Whether it is of this message, as far as its attributes tell, which are cut.
    pub(super) fn is_of(&self, held: &QueuedMessage) -> bool {
        let same = |name: &str, ours: &str| ours.chars().take(1_000).eq(held.said(name).chars());
        let org = self.filed.as_ref().map_or("", |filed| &filed.record.org);
        same("function", self.function()) && same("org", org) && same("event_id", self.event_id())
    }

    /// The message as it came; `None` if it is gone.
    pub(super) async fn body(&self, operator: &Operator) -> Result<Option<String>, Problem> {
        let kept = match &self.filed {
            Some(filed) => operator.app.table.kept_body(filed).await?,
            None => None,
        };
        let kept = kept.and_then(|kept| kept.body);
        Ok(kept.or_else(|| self.held.first().map(|held| held.body.clone())))
    }

    /// All that is known, without the message.
    pub(super) fn to_json(&self) -> Value {
        let record = self.filed.as_ref().map(|filed| &filed.record);
        let steps = |done: bool| {
            let all = self.filed.iter().flat_map(|filed| filed.journal.steps());
            all.filter(|(_, step)| matches!(step, Step::Done(_)) == done)
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        let queue = self.held.first().and_then(QueuedMessage::queue).map(Queue::name);
        json!({
            "id": self.id, "parked_at": self.at, "org": self.org(), "function": self.function(),
            "event": self.event(), "event_id": self.event_id(), "reason": self.reason(),
            "error": self.error(), "steps_done": steps(true), "steps_uncertain": steps(false),
            "session": record.and_then(|record| record.session.as_ref()),
            "thread": record.and_then(|record| record.thread.as_ref()),
            "ticket": record.and_then(|record| record.ticket.as_ref()),
            "trace": record.and_then(|record| record.trace.as_ref()),
            "redrives": self.filed.as_ref().map(|filed| filed.redrives),
            "queue": queue, "on_parked_fifo": self.held.len(),
        })
    }
}

/// Short enough to type, and the same each time.
fn short_id(of: &str) -> String {
    hex::encode(&Sha256::digest(of.as_bytes())[..6])
}
