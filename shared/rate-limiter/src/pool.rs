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

use crate::wanted::Wanted;

/// The time for which a permit may be used that was acquired while there was no rush.
const NO_RUSH: Duration = Duration::from_secs(5);

/// The time for which the background yields to an interactive event that met a rush.
const RESERVED_US: u64 = 2_000_000;

/// Most permits that are acquired at once though nobody waits for them.
const MANY: u32 = 100;

/// The length of the permits that are acquired at once for all that wait: no longer, so that
/// other processes get theirs in between.
const BLOCK_US: u64 = 500_000;

/// The interval at which the table is asked for a limit that nobody has learned yet; calls are
/// made as if there were none meanwhile, or at the pace that is assumed.
const LOOK_UP_EVERY: Duration = Duration::from_secs(1);

/// The permits of one limit, for all events of the process.
#[derive(Debug)]
pub(crate) struct PermitPool {
    pub(crate) key: Key,
    pub(crate) meter: Meter,
    /// The limit until one is learned; none if calls are not limited until then.
    pub(crate) assumed: Option<RateLimit>,
    state: Mutex<State>,
    /// The permits, and the places, that are wanted by events that wait for one to acquire them.
    wanted_permits: Wanted,
    pub(crate) wanted_places: Wanted,
    pub(crate) acquiring: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// The learned limit, and since when it is believed.
    pub(crate) limit: Option<(RateLimit, Instant)>,
    looked_up: Option<Instant>,
    /// Permits: from when and until when each may be used (epoch microseconds). Those that an
    /// event leaves are used by the next one.
    pub(crate) permits: VecDeque<(u64, u64)>,
    /// Places of deferred events.
    pub(crate) places: VecDeque<(Line, u64)>,
    /// When the next call may leave, or later (epoch microseconds).
    next_at: u64,
    /// The calls of an event, in eighths: the average of the latest ones.
    pub(crate) eighths: u32,
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
    /// The permits of a limit. `typical` calls are expected of an event until some have ended.
    pub(crate) fn new(key: Key, meter: Meter, assumed: Option<RateLimit>, typical: u32) -> Self {
        let state = State { eighths: typical.max(1) * 8, ..State::default() };
        Self {
            key,
            meter,
            assumed,
            state: Mutex::new(state),
            wanted_permits: Wanted::default(),
            wanted_places: Wanted::default(),
            acquiring: tokio::sync::Mutex::default(),
        }
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

    /// Returns whether the latest call was refused for the limit.
    pub(crate) fn is_refused(&self) -> bool {
        self.state().refusals > 0
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

    /// Takes a permit that this process has, and returns its moment.
    pub(crate) fn take(&self) -> Option<u64> {
        let now = now_us();
        let mut state = self.state();
        state.permits.retain(|(_, until)| *until > now);
        state.permits.pop_front().map(|(at, _)| at)
    }

    /// Takes in how many calls an event made that is over.
    pub(crate) fn note_calls(&self, made: u32) {
        let mut state = self.state();
        state.eighths = (state.eighths - state.eighths.div_ceil(8) + made).max(8);
    }

    /// Acquires permits for all events of this process that wait for some, if the first is due
    /// at `latest` or before; else returns the moment of the next one.
    pub(crate) async fn acquire(
        &self,
        table: &Table,
        limit: RateLimit,
        made: u32,
        latest: u64,
        yields: bool,
    ) -> Result<Option<u64>, StoreError> {
        let needed = self.state().eighths.div_ceil(8).saturating_sub(made).max(1);
        let wanted = self.wanted_permits.add(needed);
        let _alone = self.acquiring.lock().await;
        let all = wanted.all();
        let (rush, next_at) = {
            let state = self.state();
            if !state.permits.is_empty() {
                return Ok(None);
            }
            (state.rush, state.next_at)
        };
        // It never comes earlier: no need to ask.
        if next_at > latest {
            return Ok(Some(next_at));
        }
        // Of a large burst nobody misses a few.
        let spared = if rush { 0 } else { MANY.min(limit.burst() / 8) };
        // Whoever yields takes none that are due later.
        let most = if yields { 0 } else { limit.calls_in(BLOCK_US) };
        let calls = all.min(most.max(limit.burst())).max(spared);
        let contention = match (yields, rush) {
            (true, _) => Contention::Yield,
            (false, true) => Contention::Reserve(now_us() + RESERVED_US),
            (false, false) => Contention::Normal,
        };
        let cost = u64::from(calls) * limit.emission_interval_us();
        // Never later than `latest`, or an unused limit without a burst is never granted.
        let earliest = now_us().saturating_sub(limit.burst_tolerance_us()).min(latest);
        let idle = !rush && next_at < earliest;
        let request = Request { line: Line::Calls, cost, earliest, latest, contention, idle };
        let acquired = table.acquire(&self.key, request).await?;
        let mut state = self.state();
        state.adopt(acquired.state());
        match acquired {
            Acquired::At(first, _) => {
                tracing::debug!(acquired = calls, "permits of the rate limit");
                state.put(first, calls, limit);
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
        self.next_at = self.next_at.max(known.next_at);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(typical: u32) -> PermitPool {
        let key = Key::budget("token", "CALLS");
        PermitPool::new(key, Meter::Calls, Some(RateLimit::LEAST), typical)
    }

    #[test]
    fn what_an_event_needs_is_learned_from_those_before_it() {
        for (typical, made, expected) in [(4, 6, 6), (2, 1, 1), (4, 4, 4), (1, 0, 1)] {
            let pool = pool(typical);
            for _ in 0..40 {
                pool.note_calls(made);
            }
            assert_eq!(pool.state().eighths.div_ceil(8), expected, "{typical} {made}");
        }
    }

    #[test]
    fn permits_that_an_event_leaves_are_used_by_the_next_one_until_they_expire() {
        let pool = pool(2);
        let now = now_us();
        pool.state().permits.extend([(now - 9, now - 1), (now, now + 60_000_000)]);
        assert_eq!(pool.take(), Some(now), "the first one has expired");
        assert_eq!(pool.take(), None);
    }
}
