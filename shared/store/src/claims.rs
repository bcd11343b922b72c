//! Claims: the one mechanism by which an event has its effect at most once.
//!
//! A claim has two states. *Started*: an invocation works on the event until
//! its lease ends; who comes after that takes over, with the journal of what
//! was begun and done. *Done*: the event has its outcome, for thirty days.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use serde::Deserialize;

use crate::error::StoreError;
use crate::journal::Journal;
use crate::key::Key;
use crate::outcomes;
use crate::table::{Item, TTL, Table, alive, item_of, now_ms, read, ttl_after};
use crate::write::refused_item;

/// How long a claim is remembered, and all that is kept beside it: far longer than any
/// queue or webhook repeats (SQS keeps 14 days at most, HubSpot tries for 24 hours).
pub const CLAIM_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// The right to work on an event, until the lease ends.
#[derive(Clone, Debug)]
pub struct EventClaim {
    pub(crate) key: Key,
    /// Counts the takings; who has an old number has lost the claim.
    attempt: u64,
    /// What earlier invocations began and did.
    pub journal: Journal,
    /// How often an operator redrove the event.
    pub redrives: u64,
    /// When that was last (epoch milliseconds); 0 if never.
    pub redriven_at: u64,
}

/// What came of asking for a claim.
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
}

impl Table {
    /// Claims an event for the length of a lease.
    pub async fn claim(&self, key: Key, lease: Duration) -> Result<Claim, StoreError> {
        let until = now_ms() + u64::try_from(lease.as_millis()).unwrap_or(u64::MAX / 2);
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item_of(&key)))
            .condition_expression(
                "attribute_not_exists(pk) OR (#state = :started AND lease < :now)",
            )
            .update_expression(
                "SET #state = :started, lease = :until, #ttl = :ttl ADD attempt :one",
            )
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":started", text("started"))
            .expression_attribute_values(":now", number(now_ms()))
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":ttl", number(ttl_after(CLAIM_LIFETIME)))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let stored: Stored = read(answer.attributes.unwrap_or_default())?;
                let journal = journal(stored.journal.as_deref())?;
                let Stored { attempt, redrives, redriven_at, .. } = stored;
                Ok(Claim::Acquired(EventClaim { key, attempt, journal, redrives, redriven_at }))
            }
            Err(error) => match refused_item(&error) {
                Some(item) if !alive(item) => self.claim_expired(key, item, until).await,
                Some(item) if read::<Stored>(item.clone())?.state == "done" => Ok(Claim::Completed),
                Some(_) => Ok(Claim::InProgress),
                None => Err(StoreError::aws("claiming an event", &error)),
            },
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
        Ok(Claim::Acquired(EventClaim { key, attempt: 1, journal, redrives: 0, redriven_at: 0 }))
    }

    /// Writes down how far the work got.
    pub async fn save(&self, claim: &EventClaim) -> Result<(), StoreError> {
        self.update(claim, "SET journal = :journal", &[(":journal", journal_text(claim)?)]).await
    }

    /// Gives the event back, to be claimed again at once.
    pub async fn release(&self, claim: &EventClaim) -> Result<(), StoreError> {
        let values = [(":journal", journal_text(claim)?), (":over", number(0))];
        self.update(claim, "SET journal = :journal, lease = :over", &values).await
    }

    /// Ends the work on the event with its outcome.
    pub async fn finish(
        &self,
        claim: &EventClaim,
        record: &OutcomeRecord,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(record).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let mut values = vec![
            (":done", text("done")),
            (":record", text(&json)),
            (":day", text(&outcomes::partition(&record.org, &record.at))),
            (":at", text(&format!("{}#{}", record.at, claim.key.pk))),
            (":journal", journal_text(claim)?),
        ];
        let mut change = "SET #state = :done, outcome = :record, journal = :journal, \
                          outcome_day = :day, outcome_at = :at"
            .to_owned();
        if record.outcome == Outcome::Parked {
            change.push_str(", parked_org = :org REMOVE lease");
            values.push((":org", text(&outcomes::index_org(&record.org))));
        } else {
            // It may have been parked before, and redriven.
            change.push_str(" REMOVE lease, parked_org");
        }
        self.update(claim, &change, &values).await
    }

    /// Changes a claim that is still ours.
    async fn update(
        &self,
        claim: &EventClaim,
        change: &str,
        values: &[(&str, AttributeValue)],
    ) -> Result<(), StoreError> {
        let mut request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item_of(&claim.key)))
            .update_expression(change)
            .condition_expression("attempt = :mine AND #state = :started")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":mine", number(claim.attempt))
            .expression_attribute_values(":started", text("started"));
        for (name, value) in values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if crate::table::is_condition(error.as_service_error()) => {
                Err(StoreError::TakenOver)
            }
            Err(error) => Err(StoreError::aws("recording the work on an event", &error)),
        }
    }
}

fn journal(text: Option<&str>) -> Result<Journal, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|e| StoreError::Corrupt(e.to_string()));
    text.map_or_else(|| Ok(Journal::default()), read)
}

fn journal_text(claim: &EventClaim) -> Result<AttributeValue, StoreError> {
    let json = serde_json::to_string(&claim.journal);
    json.map(AttributeValue::S).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
