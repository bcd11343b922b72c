//! Parked events, as an operator lists them, tries them again and lets them go.
//!
//! The claim of a parked event says why; the message it came in is kept beside it,
//! since a FIFO queue can only be read by taking messages out of it.

use bridge_domain::outcome::OutcomeRecord;
use serde::Deserialize;

use crate::claims::{CLAIM_LIFETIME, journal_text};
use crate::error::StoreError;
use crate::journal::Journal;
use crate::key::Key;
use crate::outcomes::{NO_ORG, index_org, partition};
use crate::table::{Item, TTL, Table, alive, now_ms, number, read, text, ttl_after};
use crate::update::Updated;

const ACTION: &str = "changing a parked event";

/// A finished claim, as the indexes hold it.
#[derive(Clone, Debug)]
pub struct StoredOutcome {
    pub(crate) key: Key,
    /// The outcome of the event.
    pub record: OutcomeRecord,
    /// Its steps.
    pub journal: Journal,
    /// The number of its redrives.
    pub redrives: u64,
    /// Reopened by a redrive, and not ended since.
    pub open: bool,
    /// Its sort key in the index.
    pub place: String,
}

#[derive(Deserialize)]
struct Stored {
    pk: String,
    sk: String,
    state: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    outcome_at: String,
    #[serde(default)]
    parked_org: Option<String>,
    #[serde(default)]
    journal: Option<String>,
    #[serde(default)]
    redrives: u64,
}

impl StoredOutcome {
    fn read(item: Item) -> Result<Self, StoreError> {
        Self::of(read(item)?)
    }

    fn of(stored: Stored) -> Result<Self, StoreError> {
        Ok(Self {
            key: Key { pk: stored.pk, sk: stored.sk },
            record: serde_json::from_str(&stored.outcome).map_err(StoreError::corrupt)?,
            journal: serde_json::from_str(stored.journal.as_deref().unwrap_or("{}"))
                .map_err(StoreError::corrupt)?,
            redrives: stored.redrives,
            open: stored.state != "done",
            place: stored.outcome_at,
        })
    }

    /// The claim's key: the same for all that is known of the event's work.
    pub fn id(&self) -> &str {
        &self.key.pk
    }
}

impl Table {
    /// A parked event by its claim's key, which is never behind as an index may be.
    pub async fn parked_event(&self, claim: &Key) -> Result<Option<StoredOutcome>, StoreError> {
        let stored: Option<Stored> = self.get(claim).await?;
        stored.filter(|claim| claim.parked_org.is_some()).map(StoredOutcome::of).transpose()
    }

    /// Lists the parked events of one organisation (`-`: of none), or of all that are listed and
    /// of those that nobody knows; oldest first.
    pub async fn parked(&self, org: Option<&str>) -> Result<Vec<StoredOutcome>, StoreError> {
        let mut places = vec![NO_ORG.to_owned()];
        match org {
            Some(org) => places.push(index_org(org).into_owned()),
            None => places.extend(self.orgs().await?.iter().map(ToString::to_string)),
        }
        places.sort();
        places.dedup();
        let mut events = Vec::new();
        for place in places {
            events.extend(self.parked_at(&place).await?);
        }
        if let Some(org) = org {
            events.retain(|event| index_org(&event.record.org) == index_org(org));
        }
        events.sort_by(|one, other| one.place.cmp(&other.place));
        Ok(events)
    }

    /// Lists the parked events of a partition of the index.
    async fn parked_at(&self, place: &str) -> Result<Vec<StoredOutcome>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("parked");
        let query = query.key_condition_expression("parked_org = :org");
        let query = query.expression_attribute_values(":org", text(place));
        let mut found = query.into_paginator().items().send();
        let mut events = Vec::new();
        while let Some(item) = found.next().await {
            let item = item.map_err(|error| StoreError::aws("listing what is parked", &error))?;
            if alive(&item) {
                events.push(StoredOutcome::read(item)?);
            }
        }
        Ok(events)
    }

    /// The outcomes of an organisation (`-`: of none) on a day (`2026-11-21`, UTC),
    /// oldest first, after a place in the index.
    pub async fn outcomes(
        &self,
        org: &str,
        day: &str,
        after: Option<&str>,
    ) -> Result<Vec<StoredOutcome>, StoreError> {
        let query = self.client.query().table_name(&self.name).index_name("outcomes");
        let query = query
            .key_condition_expression("outcome_day = :day AND outcome_at > :after")
            .expression_attribute_values(":day", text(&partition(org, day)))
            .expression_attribute_values(":after", text(after.unwrap_or("0")));
        let mut found = query.into_paginator().items().send();
        let mut events = Vec::new();
        while let Some(item) = found.next().await {
            let item = item.map_err(|error| StoreError::aws("listing outcomes", &error))?;
            events.push(StoredOutcome::read(item)?);
        }
        Ok(events)
    }

    /// Opens a parked event again: whoever gets its message can claim it, with the journal
    /// of its steps. It stays listed until [`Self::unlist`], so that it cannot get lost in
    /// between. Returns how often it was redriven by now; `None` if it is not parked any
    /// more, or an invocation works on it.
    pub async fn reopen(&self, event: &StoredOutcome) -> Result<Option<u64>, StoreError> {
        let update = self
            .update(&event.key)
            .set("state", text("started"))
            .set("lease", number(0))
            .set("redriven_at", number(now_ms()))
            .set("tries", number(0))
            // It lives on as long as any other claim, so that its journal is not lost meanwhile.
            .set(TTL, number(ttl_after(CLAIM_LIFETIME)))
            .add("redrives", number(1))
            .only_if("attribute_exists(#parked_org) AND (#state = :done OR #lease < :redriven_at)")
            .value(":done", text("done"));
        match update.send(ACTION).await? {
            // The index may be behind: only the item itself knows the number.
            Updated::Written(item) => Ok(Some(StoredOutcome::read(item)?.redrives)),
            Updated::Refused(_) => Ok(None),
        }
    }

    /// Takes an event off the list of what is parked, once its message is on its way;
    /// not if it was parked again meanwhile.
    pub async fn unlist(&self, event: &StoredOutcome) -> Result<(), StoreError> {
        let update = self.update(&event.key).remove("parked_org");
        let update = update.only_if("#state = :started").value(":started", text("started"));
        update.send(ACTION).await.map(|_| ())
    }

    /// Gives a parked event up for good: it keeps its record, with `note`. Returns whether
    /// it was still parked.
    pub async fn discard(&self, event: &StoredOutcome, note: &str) -> Result<bool, StoreError> {
        let mut record = event.record.clone();
        record.notes.push(note.to_owned());
        let json = serde_json::to_string(&record).map_err(StoreError::corrupt)?;
        let update = self
            .update(&event.key)
            .set("state", text("done"))
            .set("outcome", text(&json))
            .set("journal", journal_text(&event.journal.without_results())?)
            .remove("parked_org")
            .remove("lease")
            .only_if("attribute_exists(#parked_org)");
        let was_parked = matches!(update.send(ACTION).await?, Updated::Written(_));
        if was_parked {
            self.forget_body(&event.key).await?;
        }
        Ok(was_parked)
    }
}
