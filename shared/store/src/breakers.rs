//! The circuit breakers: the health of a vendor for one organisation, shared by all
//! functions. Only failures are written, and the first success after them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{TTL, Table, now_ms, number, read, ttl_after};
use crate::update::{Update, Updated};

/// The vendors that have a breaker for each organisation.
pub const VENDORS: [&str; 2] = ["hubspot", "opencx"];

/// Failures that lie further apart are not in a row.
const ROW: Duration = Duration::from_mins(3);

/// The time for which an open breaker is remembered that nobody probes.
const LIFETIME: Duration = Duration::from_hours(24);

/// Most calls of an organisation that may be late at about the same time: each of them holds up
/// an invocation that other organisations need.
const MOST_LATE: u64 = 10;

/// The time for which a late call counts, in milliseconds.
const LATE_FOR_MS: u64 = 5_000;

/// The failures of a vendor for one organisation. Moments are epoch milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakerState {
    /// Failed calls in a row.
    pub failures: u64,
    /// When the first of them failed.
    pub failing_since: u64,
    /// When the latest of them failed.
    pub failed_at: u64,
    /// When the breaker opened; 0 while it is closed.
    pub opened_at: u64,
    /// True if it opened because the vendor refuses the credentials.
    pub unauthorized: bool,
    /// When the next probe may leave.
    pub next_probe: u64,
    /// Until when a probe is under way.
    pub probing_until: u64,
    /// Late calls, each soon after the one before.
    pub late: u64,
    /// When the latest of them became late.
    pub late_at: u64,
}

impl BreakerState {
    /// Returns whether calls are kept back.
    pub fn is_open(&self) -> bool {
        self.opened_at > 0
    }

    /// Returns whether so many calls are late that no others should join them.
    pub fn is_clogged(&self) -> bool {
        self.late >= MOST_LATE && self.late_at > now_ms().saturating_sub(LATE_FOR_MS)
    }

    /// The state of a vendor that is well again. Late calls are late all the same.
    #[must_use]
    pub fn closed(self) -> Self {
        Self { late: self.late, late_at: self.late_at, ..Self::default() }
    }
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    state: &'a BreakerState,
    ttl: u64,
}

impl Table {
    /// Reads a breaker; nothing if the vendor is well.
    pub async fn breaker(&self, key: &Key) -> Result<Option<BreakerState>, StoreError> {
        let state: Option<BreakerState> = self.get(key).await?;
        Ok(state.filter(|state| state.failures > 0 || state.is_clogged()))
    }

    /// Counts a failed call, and returns the count with it.
    pub async fn count_failure(&self, key: &Key) -> Result<BreakerState, StoreError> {
        let now = now_ms();
        let row = u64::try_from(ROW.as_millis()).unwrap_or_default();
        let update = self
            .update(key)
            .add("failures", number(1))
            .set("failed_at", number(now))
            .set(TTL, number(ttl_after(LIFETIME)))
            .only_if("#failures > :zero AND (#failed_at > :row OR #opened_at > :zero)")
            .value(":row", number(now.saturating_sub(row)))
            .value(":zero", number(0));
        match update.send("counting a failed call").await? {
            Updated::Written(item) => read(item),
            Updated::Refused(_) => {
                let (failures, failing_since) = (1, now);
                let state =
                    BreakerState { failures, failing_since, failed_at: now, ..Default::default() };
                self.put_breaker(key, &state).await?;
                Ok(state)
            }
        }
    }

    /// Counts a call whose answer is late.
    pub async fn count_late(&self, key: &Key) -> Result<(), StoreError> {
        let now = now_ms();
        let more = self.late_at(key, now).add("late", number(1)).only_if("#late_at > :recent");
        if let Updated::Refused(_) = more.send("counting a late call").await? {
            let first = self.late_at(key, now).set("late", number(1));
            let first = first.only_if("attribute_not_exists(#late_at) OR #late_at <= :recent");
            first.send("counting a late call").await?;
        }
        Ok(())
    }

    fn late_at(&self, key: &Key, now: u64) -> Update {
        let update = self.update(key).set(TTL, number(ttl_after(LIFETIME)));
        let update = update.set("late_at", number(now));
        update.value(":recent", number(now.saturating_sub(LATE_FOR_MS)))
    }

    /// Replaces a breaker; by the default one if the vendor is well again.
    pub async fn put_breaker(&self, key: &Key, state: &BreakerState) -> Result<(), StoreError> {
        self.merge(key, &Item { state, ttl: ttl_after(LIFETIME) }).await
    }

    /// Takes the probe that is due, until a moment. Returns whether nobody was quicker.
    pub async fn take_probe(&self, key: &Key, until: u64) -> Result<bool, StoreError> {
        let update = self
            .update(key)
            .set("probing_until", number(until))
            .only_if("#next_probe <= :now AND #probing_until <= :now")
            .value(":now", number(now_ms()));
        Ok(matches!(update.send("taking a probe").await?, Updated::Written(_)))
    }
}
