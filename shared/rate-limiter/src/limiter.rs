//! The rate limit as the calls of one event see it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{CALLS, Key, Line, SEARCH, StoreError, Table, now_us};
use bridge_vendor_http::{Budget, Deferral, DeferralReason, Meter, RateNews, Waiting};

use crate::pool::PermitPool;

/// Longest wait of an event that has begun for the first of the permits that are acquired at once;
/// the last of them are due half a second later.
const BEGUN_WAITS_US: u64 = 1_500_000;

/// The same of a new one: those that have begun shall come to their end.
const NEW_WAITS_US: u64 = 1_000_000;

/// Longest deferral at the pace of a limit that is only assumed.
const ASSUMED_WAITS_US: u64 = 2_000_000;

/// The time for which the background yields; a burst may last longer than anybody should wait.
const BACKGROUND_WAITS: Duration = Duration::from_mins(1);

/// The urgency of a function's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A customer or a rep waits.
    Interactive,
    /// Nobody waits: yields while a vendor's rate limit is used up.
    Background,
}

/// The calls of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventCalls {
    /// Its urgency.
    pub priority: Priority,
    /// The time since it was first delivered.
    pub age: Duration,
    /// The number of calls that such an event typically makes to HubSpot, as far as this process
    /// has seen none.
    pub typical: u32,
}

/// The permits that this process holds, by token and meter.
#[derive(Debug, Default)]
pub struct PermitPools(Mutex<HashMap<(String, Meter), Arc<PermitPool>>>);

impl PermitPools {
    fn of(
        &self,
        token: &str,
        meter: Meter,
        assumed: Option<RateLimit>,
        typical: u32,
    ) -> Arc<PermitPool> {
        let key = Key::budget(token, if meter == Meter::Search { SEARCH } else { CALLS });
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry((key.pk.clone(), meter));
        pool.or_insert_with(|| Arc::new(PermitPool::new(key, meter, assumed, typical))).clone()
    }
}

/// The rate limit of one event's calls to one vendor.
#[derive(Debug)]
pub struct EventRateLimit {
    table: Table,
    calls: Permits,
    searches: Permits,
    event: EventCalls,
}

/// The permits of one meter, and how many of them the event used.
#[derive(Debug)]
struct Permits {
    pool: Arc<PermitPool>,
    used: AtomicU32,
}

impl EventRateLimit {
    /// The limit of a HubSpot token, of which the least is assumed until an answer tells.
    pub fn hubspot(pools: &PermitPools, table: &Table, token: &str, event: EventCalls) -> Self {
        Self::new(pools, table, token, Some(RateLimit::LEAST), event)
    }

    /// The limit of an OpenCX key, of which nothing is known until it is exceeded.
    pub fn opencx(pools: &PermitPools, table: &Table, key: &str, event: EventCalls) -> Self {
        Self::new(pools, table, key, None, EventCalls { typical: 1, ..event })
    }

    fn new(
        pools: &PermitPools,
        table: &Table,
        token: &str,
        assumed: Option<RateLimit>,
        event: EventCalls,
    ) -> Self {
        let calls = pools.of(token, Meter::Calls, assumed, event.typical);
        let searches = pools.of(token, Meter::Search, Some(RateLimit::SEARCH), 1);
        let permits = |pool| Permits { pool, used: AtomicU32::new(0) };
        Self { table: table.clone(), calls: permits(calls), searches: permits(searches), event }
    }

    fn permits(&self, meter: Meter) -> &Permits {
        if meter == Meter::Search { &self.searches } else { &self.calls }
    }

    fn has_begun(&self) -> bool {
        self.calls.used() + self.searches.used() > 0
    }

    /// Returns whether the event yields to those that somebody waits for. One that has begun does
    /// not: what it has asked already would be asked once more, for ever if it needs two permits.
    fn yields(&self) -> bool {
        let is_patient =
            self.event.priority == Priority::Background && self.event.age < BACKGROUND_WAITS;
        is_patient && !self.has_begun()
    }

    /// Returns the time from now on within which a permit has to be due.
    fn horizon(&self) -> u64 {
        match self.has_begun() {
            _ if self.yields() => 0,
            true => BEGUN_WAITS_US,
            false => NEW_WAITS_US,
        }
    }

    /// Sleeps until a permit is due; nothing if none is soon enough, and the event has a place.
    async fn granted(&self, meter: Meter) -> Result<Option<Deferral>, StoreError> {
        let Permits { pool, used } = self.permits(meter);
        pool.pass_on(&self.table).await;
        pool.look_up(&self.table).await?;
        let Some(limit) = pool.limit() else { return Ok(None) };
        loop {
            if let Some(at) = pool.take() {
                sleep_until(at).await;
                used.fetch_add(1, Ordering::Relaxed);
                return Ok(None);
            }
            let latest = now_us() + self.horizon();
            let (made, yields) = (used.load(Ordering::Relaxed), self.yields());
            if let Some(next_at) = pool.acquire(&self.table, limit, made, latest, yields).await?
                && next_at > latest
            {
                return self.place(pool, limit, next_at).await.map(Some);
            }
        }
    }

    /// Returns when an event comes back that is deferred: one that has begun for the next permit,
    /// any other behind those that were deferred before it.
    async fn place(
        &self,
        pool: &PermitPool,
        limit: RateLimit,
        next_at: u64,
    ) -> Result<Deferral, StoreError> {
        let at = if !pool.is_learned() {
            // It is known better in a moment: a place at its pace would be too far behind.
            next_at.min(now_us() + ASSUMED_WAITS_US)
        } else if self.yields() {
            pool.place(&self.table, limit, Line::Background, next_at).await?
        } else if self.has_begun() {
            next_at
        } else {
            pool.place(&self.table, limit, Line::Queue, next_at).await?
        };
        let after = Duration::from_micros(at.saturating_sub(now_us()));
        let reason =
            if pool.is_refused() { DeferralReason::Throttled } else { DeferralReason::NoPermit };
        Ok(Deferral { after, reason })
    }
}

impl Permits {
    fn used(&self) -> u32 {
        self.used.load(Ordering::Relaxed)
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        if self.used() > 0 {
            self.pool.note_calls(self.used());
        }
    }
}

impl Budget for EventRateLimit {
    fn permit(&self, meter: Meter) -> Waiting<'_, Result<(), Deferral>> {
        Box::pin(async move {
            match self.granted(meter).await {
                Ok(None) => Ok(()),
                Ok(Some(deferral)) => Err(deferral),
                Err(error) => {
                    // The limiter saves refusals; without it the call is made all the same.
                    tracing::warn!(%error, "calling without a permit of the rate limit");
                    Ok(())
                }
            }
        })
    }

    fn told(&self, meter: Meter, news: &RateNews) {
        self.permits(meter).pool.told(news);
    }

    fn pass_on(&self, meter: Meter) -> Waiting<'_, ()> {
        Box::pin(self.permits(meter).pool.pass_on(&self.table))
    }
}

async fn sleep_until(at: u64) {
    tokio::time::sleep(Duration::from_micros(at.saturating_sub(now_us()))).await;
}
