//! Claims: the one mechanism by which an event has its effect at most once.
//!
//! A claim has two states. *Started*: an invocation works on the event until
//! its lease ends; who comes after that takes over, with the journal of what
//! was begun and done. *Done*: the event has its outcome, for thirty days.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use serde::Deserialize;

use crate::error::StoreError;
use crate::journal::Journal;
use crate::key::Key;
use crate::outcomes;
use crate::table::{Item, TTL, Table, alive, now_ms, read, ttl_after};
use crate::update::{Update, Updated};

/// The lifetime of a claim and of what is kept beside it: far longer than any
/// queue or webhook repeats (SQS keeps 14 days at most, HubSpot tries for 24 hours).
pub const CLAIM_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// The right to work on an event, until the lease ends.
#[derive(Clone, Debug)]
pub struct EventClaim {
    pub(crate) key: Key,
    /// Counts the takings; who has an old number has lost the claim.
    attempt: u64,
    /// The steps of this and of earlier invocations.
    pub journal: Journal,
    /// The number of times that an operator redrove the event.
    pub redrives: u64,
    /// When that was last (epoch milliseconds); 0 if never.
    pub redriven_at: u64,
    /// The number of times that the event was tried in vain.
    pub tries: u64,
}

/// The result of claiming an event.
#[derive(Clone, Debug)]
pub enum Claim {
    /// The event is ours to work on.
    Acquired(EventClaim),
    /// It had its outcome before: this is a repeat.
    Completed,
    /// Another invocation works on it.
    InProgress,
}

#[derive(Deserialize)]
struct Stored {
    state: String,
    #[serde(default)]
    attempt: u64,
    #[serde(default)]
    journal: Option<String>,
    #[serde(default)]
    redrives: u64,
    #[serde(default)]
    redriven_at: u64,
    #[serde(default)]
    tries: u64,
}

impl Table {
    /// Claims an event for the length of a lease.
    pub async fn claim(&self, key: Key, lease: Duration) -> Result<Claim, StoreError> {
        let until = now_ms() + u64::try_from(lease.as_millis()).unwrap_or(u64::MAX / 2);
        let update = self
            .update(&key)
            .set("state", text("started"))
            .set("lease", number(until))
            .set(TTL, number(ttl_after(CLAIM_LIFETIME)))
            .add("attempt", number(1))
            .only_if("attribute_not_exists(#pk) OR (#state = :state AND #lease < :now)")
            .value(":now", number(now_ms()));
        match update.send("claiming an event").await? {
            Updated::Written(item) => {
                let stored: Stored = read(item)?;
                let journal = journal(stored.journal.as_deref())?;
                let Stored { attempt, redrives, redriven_at, tries, .. } = stored;
                let claim = EventClaim { key, attempt, journal, redrives, redriven_at, tries };
                Ok(Claim::Acquired(claim))
            }
            Updated::Refused(item) if !alive(&item) => self.claim_expired(key, &item, until).await,
            Updated::Refused(item) if read::<Stored>(item.clone())?.state == "done" => {
                Ok(Claim::Completed)
            }
            Updated::Refused(_) => Ok(Claim::InProgress),
        }
    }

    /// Claims an event whose earlier claim is forgotten and only not deleted yet.
    async fn claim_expired(
        &self,
        key: Key,
        expired: &Item,
        until: u64,
    ) -> Result<Claim, StoreError> {
        let fields = [
            ("state", text("started")),
            ("lease", number(until)),
            (TTL, number(ttl_after(CLAIM_LIFETIME))),
            ("attempt", number(1)),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        if !self.replace(&key, &fields, expired).await? {
            return Ok(Claim::InProgress);
        }
        let journal = Journal::default();
        let (redrives, redriven_at, tries) = (0, 0, 0);
        Ok(Claim::Acquired(EventClaim { key, attempt: 1, journal, redrives, redriven_at, tries }))
    }

    /// Records the journal.
    pub async fn save(&self, claim: &EventClaim) -> Result<(), StoreError> {
        write_claim(self.claim_update(claim).set("journal", journal_text(&claim.journal)?)).await
    }

    /// Gives the event back, to be claimed again at once.
    pub async fn release(&self, claim: &EventClaim) -> Result<(), StoreError> {
        let update = self.claim_update(claim).set("journal", journal_text(&claim.journal)?);
        let update = update.set("lease", number(0));
        write_claim(update.set("tries", number(claim.tries))).await
    }

    /// Ends the event with its outcome. What only a redrive needs goes with any other end.
    pub async fn finish(
        &self,
        claim: &EventClaim,
        record: &OutcomeRecord,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(record).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let is_parked = record.outcome == Outcome::Parked;
        if !is_parked && claim.redrives > 0 {
            self.forget_body(&claim.key).await?;
        }
        let journal =
            if is_parked { claim.journal.clone() } else { claim.journal.without_results() };
        let update = self
            .claim_update(claim)
            .set("journal", journal_text(&journal)?)
            .set("state", text("done"))
            .set("outcome", text(&json))
            .set("outcome_day", text(&outcomes::partition(&record.org, &record.at)))
            .set("outcome_at", text(&format!("{}#{}", record.at, claim.key.pk)))
            .remove("lease");
        let update = if is_parked {
            update.set("parked_org", text(&outcomes::parked_org(record)))
        } else {
            // It may have been parked before, and redriven.
            update.remove("parked_org")
        };
        write_claim(update).await
    }

    /// Begins a write to a claim that is still ours.
    fn claim_update(&self, claim: &EventClaim) -> Update {
        self.update(&claim.key)
            .only_if("#attempt = :mine AND #state = :started")
            .value(":mine", number(claim.attempt))
            .value(":started", text("started"))
    }
}

async fn write_claim(update: Update) -> Result<(), StoreError> {
    match update.send("recording the work on an event").await? {
        Updated::Written(_) => Ok(()),
        Updated::Refused(_) => Err(StoreError::TakenOver),
    }
}

fn journal(text: Option<&str>) -> Result<Journal, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|e| StoreError::Corrupt(e.to_string()));
    text.map_or_else(|| Ok(Journal::default()), read)
}

pub(crate) fn journal_text(journal: &Journal) -> Result<AttributeValue, StoreError> {
    let json = serde_json::to_string(journal);
    json.map(AttributeValue::S).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
