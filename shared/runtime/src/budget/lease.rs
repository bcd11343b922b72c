//! Taking calls from the table.

use bridge_domain::rate_limit::RateLimit;
use bridge_http::{Deadline, Meter};
use bridge_store::{Manners, Table, Taken, Wanted, now_us};
use tokio::time::Instant;

use super::purse::Purse;
use super::turn::Turn;

/// How far ahead calls are taken: who waits longer asks again, so that a process that
/// ends leaves few calls unused.
const HORIZON_US: u64 = 10_000_000;

/// What has to be left of an invocation's time for a call to be made and answered.
const TIME_FOR_A_CALL_US: u64 = 2_000_000;

/// How long after its last call a process that has more to make will ask again, at most.
const SOON_US: u64 = 2_000_000;

/// How long it is taken for a rush when a call has to wait for those of others.
const RUSH_US: u64 = 5_000_000;

/// What came of taking calls.
pub(super) enum Leased {
    /// There are some.
    Some,
    /// None now; asking again makes sense from this moment on (epoch microseconds).
    Later(u64),
    /// The next one comes after the deadline.
    TooLate,
}

impl Purse {
    /// Takes calls, as many as can be made before the deadline.
    pub(super) async fn lease(
        &self,
        table: &Table,
        calls: u32,
        turn: Turn,
        deadline: Deadline,
    ) -> Leased {
        let limit = self.limit();
        let now = now_us();
        let left = u64::try_from(deadline.left().as_micros()).unwrap_or(u64::MAX / 2);
        let ends = now + left.saturating_sub(TIME_FOR_A_CALL_US);
        let (begins, rush) = {
            let state = self.state();
            (state.next_at.max(now), now < state.rush_until || state.waiting() > calls)
        };
        if begins > ends {
            return Leased::TooLate;
        }
        // Who gives way takes a call only if hardly anybody has taken one ahead.
        let ahead = if turn.gives_way() { limit.interval_us() } else { HORIZON_US };
        if begins > now + ahead {
            return Leased::Later(begins - ahead);
        }
        let fitting = u32::try_from(1 + (ends - begins) / limit.interval_us()).unwrap_or(calls);
        let polite = if turn.gives_way() { limit.burst() } else { calls };
        let calls = calls.min(fitting).min(polite);
        let last = u64::from(calls - 1) * limit.interval_us();
        let manners = if turn.gives_way() {
            Manners::GivesWay
        } else if rush {
            Manners::MoreBy(begins + last + SOON_US)
        } else {
            Manners::InTurn
        };
        let latest = (now + ahead).min(ends - last);
        match table.take_calls(&self.key, Wanted { calls, limit, latest, manners }).await {
            Ok(Taken::Calls { first, limit: stored }) => {
                tracing::debug!(taken = calls, "calls of the rate limit");
                self.taken(first, calls, limit, stored);
                Leased::Some
            }
            Ok(Taken::NotYet { next_at, more_by }) => {
                tracing::debug!(taken = 0, "no calls of the rate limit for now");
                let mut state = self.state();
                state.next_at = state.next_at.max(next_at);
                let others = if turn.gives_way() { more_by } else { 0 };
                Leased::Later(next_at.saturating_sub(ahead).max(others))
            }
            Err(error) => {
                // The budget saves refusals; without it the call is made all the same.
                tracing::warn!(%error, "calling without a share of the rate limit");
                self.state().put(now, 1, limit);
                Leased::Some
            }
        }
    }

    fn taken(&self, first: u64, calls: u32, used: RateLimit, stored: Option<RateLimit>) {
        let mut state = self.state();
        let now = now_us();
        if first > now {
            state.rush_until = now + RUSH_US;
        }
        state.put(first, calls, used);
        if let Some(stored) = stored.filter(|stored| *stored != used) {
            state.limit = Some((stored, Instant::now()));
        } else if stored.is_some() && state.limit.is_none() {
            state.limit = Some((used, Instant::now()));
        }
    }

    /// The limit as far as it is known.
    pub(super) fn limit(&self) -> RateLimit {
        let assumed = match self.meter {
            Meter::Calls => RateLimit::LEAST,
            Meter::Search => RateLimit::SEARCH,
        };
        self.state().limit.map_or(assumed, |(limit, _)| limit)
    }
}
