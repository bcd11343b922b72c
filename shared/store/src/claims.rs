//! Claims: the one mechanism by which an event has its effect at most once.
//!
//! A claim has two states. *Started*: an invocation works on the event until
//! its lease ends; who comes after that takes over, with the journal of what
//! was begun and done. *Done*: the event has its outcome, for thirty days.
//!
//! Claiming only reads. The claim is taken by the first write that the event needs anyway: under
//! the condition that it still is as it was read. So an event that has no effect costs one write,
//! its outcome. Of two who read it at once, the first one to write has it, and the other one's
//! first write is refused.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use serde::Deserialize;

use crate::error::StoreError;
use crate::journal::Journal;
use crate::key::Key;
use crate::outcomes;
use crate::table::{Item, TTL, Table, alive, now_ms, number, read, text, ttl_after};
use crate::update::{Update, Updated};

/// The lifetime of a claim and of what is kept beside it: far longer than any
/// queue or webhook repeats (SQS keeps 14 days at most, HubSpot tries for 24 hours).
pub const CLAIM_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// The right to work on an event, until the lease ends.
#[derive(Clone, Debug)]
pub struct EventClaim {
    pub(crate) key: Key,
    /// Drawn for each taking; who has another number has lost the claim.
    attempt: u64,
    hold: Hold,
    /// When the lease ends (epoch milliseconds).
    until: u64,
    /// The steps of this and of earlier invocations.
    pub journal: Journal,
    /// The number of times that an operator redrove the event.
    pub redrives: u64,
    /// When that was last (epoch milliseconds); 0 if never.
    pub redriven_at: u64,
    /// The number of times that the event was tried in vain.
    pub tries: u64,
}

/// The state of a claim in the table, as far as its owner knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// Nobody had it, and nothing is written yet. An event that was tried before has the number
    /// of that taking.
    Free(Option<u64>),
    /// It is written that the event is ours.
    Taken,
}

impl EventClaim {
    /// Returns whether it is written in the table that the event is ours.
    pub fn is_taken(&self) -> bool {
        self.hold == Hold::Taken
    }
}

/// The result of claiming an event.
#[derive(Clone, Debug)]
pub enum Claim {
    /// Nobody works on the event: our first write takes it.
    Free(EventClaim),
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
    lease: Option<u64>,
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
    /// Reads whether an event is free, for a lease of this length from now on.
    pub async fn claim(&self, key: Key, lease: Duration) -> Result<Claim, StoreError> {
        let until = now_ms() + u64::try_from(lease.as_millis()).unwrap_or(u64::MAX / 2);
        let mut claim = EventClaim {
            key,
            // As large as a number can be that JSON and DynamoDB tell exactly.
            attempt: fastrand::u64(1..1 << 53),
            hold: Hold::Free(None),
            until,
            journal: Journal::default(),
            redrives: 0,
            redriven_at: 0,
            tries: 0,
        };
        let Some(item) = self.item(&claim.key).await? else { return Ok(Claim::Free(claim)) };
        if !alive(&item) {
            return self.claim_expired(claim, &item).await;
        }
        let stored: Stored = read(item)?;
        if stored.state == "done" {
            return Ok(Claim::Completed);
        }
        if stored.lease.is_some_and(|lease| lease >= now_ms()) {
            return Ok(Claim::InProgress);
        }
        claim.hold = Hold::Free(Some(stored.attempt));
        claim.journal = journal(stored.journal.as_deref())?;
        let Stored { redrives, redriven_at, tries, .. } = stored;
        Ok(Claim::Free(EventClaim { redrives, redriven_at, tries, ..claim }))
    }

    /// Takes an event whose earlier claim is forgotten and only not deleted yet.
    async fn claim_expired(&self, claim: EventClaim, expired: &Item) -> Result<Claim, StoreError> {
        let fields = [
            ("state", text("started")),
            ("lease", number(claim.until)),
            (TTL, number(ttl_after(CLAIM_LIFETIME))),
            ("attempt", number(claim.attempt)),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        if !self.replace(&claim.key, &fields, expired).await? {
            return Ok(Claim::InProgress);
        }
        Ok(Claim::Free(EventClaim { hold: Hold::Taken, ..claim }))
    }

    /// Takes the claim, unless that is written already; needed before an effect that would show
    /// if two who work on the event had it at once.
    pub async fn take(&self, claim: &mut EventClaim) -> Result<(), StoreError> {
        if claim.is_taken() {
            return Ok(());
        }
        self.save(claim).await
    }

    /// Records the journal.
    pub async fn save(&self, claim: &mut EventClaim) -> Result<(), StoreError> {
        let update = self.claim_update(claim)?.set("state", text("started"));
        write_claim(claim, update.set("lease", number(claim.until))).await
    }

    /// Gives the event back, to be claimed again at once.
    pub async fn release(&self, claim: &mut EventClaim) -> Result<(), StoreError> {
        let update = self.claim_update(claim)?.set("state", text("started"));
        let update = update.set("lease", number(0)).set("tries", number(claim.tries));
        write_claim(claim, update).await
    }

    /// Ends the event with its outcome. What only a redrive needs goes with any other end.
    pub async fn finish(
        &self,
        claim: &mut EventClaim,
        record: &OutcomeRecord,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(record).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let is_parked = record.outcome == Outcome::Parked;
        if !is_parked && claim.redrives > 0 {
            self.forget_body(&claim.key).await?;
        }
        if !is_parked {
            claim.journal = claim.journal.without_results();
        }
        let update = self
            .claim_update(claim)?
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
        write_claim(claim, update).await
    }

    /// Begins a write to a claim that is ours, or still as it was read. A write whose answer got
    /// lost may be repeated: it finds its own number.
    fn claim_update(&self, claim: &EventClaim) -> Result<Update, StoreError> {
        const OURS: &str = "#attempt = :attempt AND #state = :started";
        let update = self
            .update(&claim.key)
            .set("attempt", number(claim.attempt))
            .set("journal", journal_text(&claim.journal)?)
            .set(TTL, number(ttl_after(CLAIM_LIFETIME)))
            .value(":started", text("started"));
        Ok(match claim.hold {
            Hold::Taken => update.only_if(OURS),
            Hold::Free(None) => update.only_if(&format!("attribute_not_exists(#pk) OR ({OURS})")),
            Hold::Free(Some(seen)) => {
                let free = "#attempt = :seen AND #state = :started AND #lease < :now";
                let update = update.only_if(&format!("({free}) OR ({OURS})"));
                update.value(":seen", number(seen)).value(":now", number(now_ms()))
            }
        })
    }
}

async fn write_claim(claim: &mut EventClaim, update: Update) -> Result<(), StoreError> {
    match update.send("recording the work on an event").await? {
        Updated::Written(_) => {
            claim.hold = Hold::Taken;
            Ok(())
        }
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
