//! One parked event, as far as it is known: by its claim, by its message, or by both.

use std::time::Duration;

use bridge_domain::time::Timestamp;
use bridge_store::{Step, StoredOutcome};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::queued_message::QueuedMessage;
use crate::connect::Operator;
use crate::problem::Problem;

/// The reason shown for a message that SQS moved away after too many receives.
const MOVED_BY_SQS: &str = "moved_by_sqs";

/// A parked event.
#[derive(Debug)]
pub(super) struct Entry {
    id: String,
    at: String,
    /// Its claim. None for a message that SQS itself moved to `parked.fifo`.
    pub(super) stored: Option<StoredOutcome>,
    /// Its messages on `parked.fifo`.
    pub(super) queued: Vec<QueuedMessage>,
}

impl Entry {
    pub(super) fn of_stored(stored: StoredOutcome) -> Self {
        let (id, at) = (short_id(stored.id()), stored.record.at.clone());
        Self { id, at, stored: Some(stored), queued: Vec::new() }
    }

    pub(super) fn of_message(queued: QueuedMessage) -> Self {
        let at = i64::try_from(queued.sent_at.unwrap_or_default()).unwrap_or_default();
        let at = Timestamp::from_millis(at).to_rfc3339();
        Self { id: short_id(&queued.message_id), at, stored: None, queued: vec![queued] }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// When it was parked: RFC 3339.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Returns the time since it was parked.
    pub(super) fn age(&self) -> Option<Duration> {
        Some(Timestamp::now().since(Timestamp::parse_text(&self.at)?))
    }

    fn attribute(&self, name: &str) -> &str {
        self.queued.first().map(|queued| queued.attribute(name)).unwrap_or_default()
    }

    pub(super) fn org(&self) -> &str {
        let org = self.stored.as_ref().map_or(self.attribute("org"), |stored| &stored.record.org);
        if org.is_empty() { "-" } else { org }
    }

    pub(super) fn function(&self) -> &str {
        self.stored.as_ref().map_or(self.attribute("function"), |stored| &stored.record.function)
    }

    pub(super) fn event(&self) -> &str {
        self.stored.as_ref().map_or(self.attribute("event"), |stored| &stored.record.event)
    }

    fn event_id(&self) -> &str {
        self.stored.as_ref().map_or(self.attribute("event_id"), |stored| &stored.record.event_id)
    }

    fn identity(&self) -> &str {
        self.stored.as_ref().map_or(self.attribute("event_id"), |stored| stored.record.identity())
    }

    pub(super) fn reason(&self) -> &str {
        let of_stored = self.stored.as_ref().and_then(|stored| stored.record.reason.as_deref());
        match of_stored.unwrap_or(self.attribute("reason")) {
            "" => MOVED_BY_SQS,
            reason => reason,
        }
    }

    pub(super) fn error(&self) -> &str {
        let of_stored = self.stored.as_ref().and_then(|stored| stored.record.error.as_deref());
        of_stored.unwrap_or(self.attribute("error"))
    }

    /// Returns whether it is of this message, as far as its attributes tell, which are cut.
    pub(super) fn is_of(&self, queued: &QueuedMessage) -> bool {
        let same =
            |name: &str, ours: &str| ours.chars().take(1_000).eq(queued.attribute(name).chars());
        let org = self.stored.as_ref().map_or("", |stored| &stored.record.org);
        same("function", self.function()) && same("org", org) && same("event_id", self.identity())
    }

    /// The message as it came; `None` if it is gone.
    pub(super) async fn body(&self, operator: &Operator) -> Result<Option<String>, Problem> {
        let kept = match &self.stored {
            Some(stored) => operator.app.table.kept_body(stored).await?,
            None => None,
        };
        let kept = kept.map(|kept| kept.body);
        Ok(kept.or_else(|| self.queued.first().map(|queued| queued.body.clone())))
    }

    /// Returns its fields, without the message.
    pub(super) fn to_json(&self) -> Value {
        let record = self.stored.as_ref().map(|stored| &stored.record);
        let steps = self.stored.iter().flat_map(|stored| stored.journal.steps());
        let (done, uncertain): (Vec<_>, Vec<_>) =
            steps.partition(|(_, step)| matches!(step, Step::Done(_)));
        json!({
            "id": self.id, "parked_at": self.at, "org": self.org(), "function": self.function(),
            "event": self.event(), "event_id": self.event_id(), "reason": self.reason(),
            "error": self.error(), "steps_done": names(&done), "steps_uncertain": names(&uncertain),
            "session": record.and_then(|record| record.session.as_ref()),
            "thread": record.and_then(|record| record.thread.as_ref()),
            "ticket": record.and_then(|record| record.ticket.as_ref()),
            "trace": record.and_then(|record| record.trace.as_ref()),
            "redrives": self.stored.as_ref().map(|stored| stored.redrives),
        })
    }
}

fn names<'a>(steps: &[(&'a str, &Step)]) -> Vec<&'a str> {
    steps.iter().map(|(name, _)| *name).collect()
}

/// Short enough to type, and the same each time.
fn short_id(of: &str) -> String {
    hex::encode(&Sha256::digest(of.as_bytes())[..6])
}
