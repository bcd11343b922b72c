//! The permits that a process holds of one rate limit.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{
    Acquired, Contention, Key, Line, RateState, Request, StoreError, Table, now_us,
};
use bridge_vendor_http::Meter;
use tokio::time::Instant;

/// The time for which a permit may be used that was acquired while there was no rush.
const NO_RUSH: Duration = Duration::from_secs(5);

/// The time for which the background yields to an interactive event that met a rush.
const RESERVED_US: u64 = 2_000_000;

/// Most permits that are acquired at once.
const MANY: u32 = 30;

/// The interval at which the table is asked for a limit that nobody has learned yet; calls are
/// made as if there were none meanwhile, or at the pace that is assumed.
const LOOK_UP_EVERY: Duration = Duration::from_secs(1);

/// The permits of one limit.
#[derive(Debug)]
pub(crate) struct PermitPool {
    pub(crate) key: Key,
    pub(crate) meter: Meter,
    /// The limit until one is learned; none if calls are not limited until then.
    pub(crate) assumed: Option<RateLimit>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// The learned limit, and since when it is believed.
    pub(crate) limit: Option<(RateLimit, Instant)>,
    looked_up: Option<Instant>,
    /// Permits: from when and until when each may be used (epoch microseconds).
    pub(crate) permits: VecDeque<(u64, u64)>,
    /// True if the latest permit was due later than it was asked for.
    pub(crate) rush: bool,
    /// Nobody calls before this moment (epoch microseconds).
    pub(crate) held_until: u64,
    /// Refusals in a row, and when the latest one was.
    pub(crate) refusals: u32,
    pub(crate) refused: Option<Instant>,
    /// True if the others do not know the limit or the refusals yet.
    pub(crate) untold: bool,
    /// True if the others do not know of `held_until` yet.
    pub(crate) hold_untold: bool,
}

impl PermitPool {
    pub(crate) fn new(key: Key, meter: Meter, assumed: Option<RateLimit>) -> Self {
        Self { key, meter, assumed, state: Mutex::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the limit as far as it is known.
    pub(crate) fn limit(&self) -> Option<RateLimit> {
        self.state().limit.map(|(limit, _)| limit).or(self.assumed)
    }

    /// Returns whether an answer told the limit.
    pub(crate) fn is_learned(&self) -> bool {
        self.meter == Meter::Search || self.state().limit.is_some()
    }

    /// Asks the others for the limit.
    pub(crate) async fn look_up(&self, table: &Table) -> Result<(), StoreError> {
        {
            let mut state = self.state();
            let recent = state.looked_up.is_some_and(|at| at.elapsed() < LOOK_UP_EVERY);
            if recent || state.limit.is_some() || self.meter == Meter::Search {
                return Ok(());
            }
            state.looked_up = Some(Instant::now());
        }
        let known = table.rate_state(&self.key).await?;
        self.state().adopt(&known);
        Ok(())
    }

    /// Returns the moment of a permit that this process has left.
    pub(crate) fn take(&self) -> Option<u64> {
        let now = now_us();
        let mut state = self.state();
        state.permits.retain(|(_, until)| *until > now);
        state.permits.pop_front().map(|(at, _)| at)
    }

    /// Acquires permits, if the first is due at `latest` or before; else returns the moment of
    /// the next one. Several only while there is no rush.
    pub(crate) async fn acquire(
        &self,
        table: &Table,
        limit: RateLimit,
        several: u32,
        latest: u64,
        yields: bool,
    ) -> Result<Option<u64>, StoreError> {
        // Of a large burst nobody misses a few.
        let spared = limit.burst() / 8;
        let several = several.clamp(1, limit.burst()).max(spared.min(MANY));
        let rush = self.state().rush;
        let calls = if rush { 1 } else { several };
        let contention = match (yields, rush) {
            (true, _) => Contention::Yield,
            (false, true) => Contention::Reserve(now_us() + RESERVED_US),
            (false, false) => Contention::Normal,
        };
        let cost = u64::from(calls) * limit.emission_interval_us();
        // Never later than `latest`, or an unused limit without a burst is never granted.
        let earliest = now_us().saturating_sub(limit.burst_tolerance_us()).min(latest);
        let request =
            Request { line: Line::Calls, cost, earliest, latest, contention, idle: !rush };
        let acquired = table.acquire(&self.key, request).await?;
        let mut state = self.state();
        match acquired {
            Acquired::At(first, known) => {
                tracing::debug!(acquired = calls, "permits of the rate limit");
                state.put(first, calls, limit);
                state.adopt(&known);
                state.grow(self.assumed);
                Ok(None)
            }
            Acquired::Later(known) => {
                tracing::debug!(acquired = 0, "permits of the rate limit");
                state.rush |= known.next_at > latest;
                Ok(Some(if yields { known.next_for_yielding() } else { known.next_at }))
            }
        }
    }
}

impl State {
    fn adopt(&mut self, known: &RateState) {
        self.refusals = known.refusals;
        if let Some(limit) = known.limit()
            && self.limit.is_none_or(|(ours, _)| ours != limit)
            && !self.untold
        {
            self.limit = Some((limit, Instant::now()));
        }
    }

    /// Keeps permits: the first is due at this moment, the others one interval after another.
    fn put(&mut self, first: u64, calls: u32, limit: RateLimit) {
        let now = now_us();
        self.rush = first > now;
        let late = if self.rush { limit.grace() } else { NO_RUSH };
        let late = u64::try_from(late.as_micros()).unwrap_or_default();
        let due = (0..u64::from(calls)).map(|at| first + at * limit.emission_interval_us());
        self.permits.extend(due.map(|at| (at, at.max(now) + late)));
    }
}
