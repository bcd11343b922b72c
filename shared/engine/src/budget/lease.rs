//! Taking calls from the table.

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{Manners, Table, Taken, Wanted, now_us};
use bridge_vendor_http::{Deadline, Meter};
use tokio::time::Instant;

use super::purse::Purse;
use super::turn::Turn;

/// The time for which calls are taken ahead: who waits longer asks again, so that a process that
/// ends leaves few calls unused.
const HORIZON_US: u64 = 10_000_000;

/// The time that has to be left of an invocation for a call to be made and answered.
const TIME_FOR_A_CALL_US: u64 = 2_000_000;

/// The longest time after its last call after which a process that has more to make asks again.
const SOON_US: u64 = 2_000_000;

/// The time for which it is taken for a rush when a call has to wait for those of others.
const RUSH_US: u64 = 5_000_000;

/// The result of taking calls.
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
        self.look_up(table).await;
        let wanted = match self.wanted(calls, turn, deadline) {
            Ok(wanted) => wanted,
            Err(leased) => return leased,
        };
        match table.take_calls(&self.key, wanted).await {
            Ok(Taken::Calls { first, limit }) => {
                tracing::debug!(taken = wanted.calls, "calls of the rate limit");
                self.taken(first, wanted, limit);
                Leased::Some
            }
            Ok(Taken::NotYet { next_at, more_by }) => {
                tracing::debug!(taken = 0, "no calls of the rate limit for now");
                let mut state = self.state();
                state.next_at = state.next_at.max(next_at);
                let others = if turn.gives_way() { more_by } else { 0 };
                Leased::Later(next_at.saturating_sub(ahead(turn, wanted.limit)).max(others))
            }
            Err(error) => {
                // The budget saves refusals; without it the call is made all the same.
                tracing::warn!(%error, "calling without a share of the rate limit");
                self.state().put(now_us(), 1, wanted.limit);
                Leased::Some
            }
        }
    }

    /// Looks once what others know of the limit: a call at a wrong pace is one too many.
    async fn look_up(&self, table: &Table) {
        let is_told = self.meter == Meter::Calls;
        if !is_told || std::mem::replace(&mut self.state().looked_up, true) {
            return;
        }
        match table.known_limit(&self.key).await {
            Ok(known) => self.state().limit = known.map(|limit| (limit, Instant::now())),
            Err(error) => tracing::warn!(%error, "the rate limit is not known"),
        }
    }

    /// Returns the request to the table; or what is known without asking.
    fn wanted(&self, calls: u32, turn: Turn, deadline: Deadline) -> Result<Wanted, Leased> {
        let limit = self.limit();
        let now = now_us();
        let left = u64::try_from(deadline.left().as_micros()).unwrap_or(u64::MAX / 2);
        let ends = now + left.saturating_sub(TIME_FOR_A_CALL_US);
        let (begins, rush) = {
            let state = self.state();
            (state.next_at.max(now), now < state.rush_until || state.waiting() > calls)
        };
        if begins > ends {
            return Err(Leased::TooLate);
        }
        let ahead = ahead(turn, limit);
        if begins > now + ahead {
            return Err(Leased::Later(begins - ahead));
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
        Ok(Wanted { calls, limit, latest: (now + ahead).min(ends - last), manners })
    }

    fn taken(&self, first: u64, wanted: Wanted, stored: Option<RateLimit>) {
        let mut state = self.state();
        let now = now_us();
        if first > now {
            state.rush_until = now + RUSH_US;
        }
        state.put(first, wanted.calls, wanted.limit);
        if let Some(stored) = stored
            && state.limit.is_none_or(|(limit, _)| limit != stored)
        {
            state.limit = Some((stored, Instant::now()));
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

/// Returns the time for which a call may be taken ahead. Background events take one only if hardly anybody has
/// taken one ahead.
fn ahead(turn: Turn, limit: RateLimit) -> u64 {
    if turn.gives_way() { limit.interval_us() } else { HORIZON_US }
}
