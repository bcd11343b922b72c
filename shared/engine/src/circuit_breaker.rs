//! The circuit breaker of an organisation and a vendor.
//!
//! Closed, every call leaves. After five failed calls in a row, or when the vendor refuses
//! the credentials, it opens: calls are deferred, and one event at a time probes the vendor.
//! When its call is answered the breaker closes, and the others follow at once.
//!
//! A call that hangs holds its invocation up for seconds, long before it counts as failed. So
//! late calls are counted by themselves, and while there are many no others join them: a vendor
//! that hangs for one organisation leaves room for the others.
//!
//! A vendor that is well costs a read every two seconds; only trouble is written.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_lambda::{Counter, count};
use bridge_store::{BreakerState, Key, StoreError, Table, VENDORS, now_ms};
use bridge_vendor_http::{Breaker, Deferral, Health, Waiting};
use tokio::time::Instant;

/// Failed calls in a row after which a vendor counts as down.
const FAILURES: u64 = 5;

/// Least length of trouble that opens the breaker: shorter trouble is over before the
/// first probe would be due.
const LEAST_TROUBLE_MS: u64 = 2_000;

/// Validity of what was read of a vendor that is well; in trouble it is read for each call.
const READ_EVERY: Duration = Duration::from_secs(2);

/// The time for which a probe may be under way: longer than any call.
const PROBE_LEASE_MS: u64 = 12_000;

/// The time after which the others look again while a probe is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The deferral of events while calls hang.
const CLOGGED: Duration = Duration::from_secs(2);

type Cache = HashMap<(OrgId, &'static str), (Instant, Option<BreakerState>)>;

/// The vendors' health, as this process knows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breakers(Arc<Mutex<Cache>>);

impl Breakers {
    /// Returns the time until the next probe of a vendor that is down. An event that failed must
    /// not miss it: it may be the only one there is.
    pub(crate) fn until_probe(&self, org: &OrgId) -> Option<Duration> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let states = VENDORS.into_iter().filter_map(|vendor| cache.get(&(org.clone(), vendor))?.1);
        let now = now_ms();
        let ahead = states.filter(|state| state.is_open() && state.next_probe > now);
        ahead.map(|state| Duration::from_millis(state.next_probe - now)).min()
    }
}

/// The breaker, for the calls of one event.
#[derive(Debug)]
pub(crate) struct CircuitBreaker {
    breakers: Breakers,
    table: Table,
    org: OrgId,
    vendor: &'static str,
    /// True if this event is the probe.
    probes: AtomicBool,
}

impl CircuitBreaker {
    pub(crate) fn new(
        breakers: &Breakers,
        table: &Table,
        org: &OrgId,
        vendor: &'static str,
    ) -> Self {
        Self {
            breakers: breakers.clone(),
            table: table.clone(),
            org: org.clone(),
            vendor,
            probes: AtomicBool::new(false),
        }
    }

    fn key(&self) -> Key {
        Key::breaker(&self.org, self.vendor)
    }

    fn cached(&self) -> Option<(Instant, Option<BreakerState>)> {
        let cache = self.breakers.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(&(self.org.clone(), self.vendor)).copied()
    }

    fn cache(&self, state: Option<BreakerState>) {
        let mut cache = self.breakers.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert((self.org.clone(), self.vendor), (Instant::now(), state));
    }

    async fn state(&self) -> Result<Option<BreakerState>, StoreError> {
        match self.cached() {
            Some((at, None)) if at.elapsed() < READ_EVERY => return Ok(None),
            _ => {}
        }
        let state = self.table.breaker(&self.key()).await?;
        self.cache(state);
        Ok(state)
    }

    async fn admitted(&self) -> Result<Result<(), Deferral>, StoreError> {
        let state = self.state().await?;
        if state.is_some_and(|state| state.is_clogged()) {
            return Ok(Err(Deferral { after: CLOGGED, reason: "calls to the vendor hang" }));
        }
        let Some(state) = state.filter(BreakerState::is_open) else { return Ok(Ok(())) };
        if self.probes.load(Ordering::Relaxed) {
            return Ok(Ok(()));
        }
        let now = now_ms();
        if state.next_probe > now {
            return Ok(Err(deferral(Duration::from_millis(state.next_probe - now))));
        }
        if state.probing_until <= now
            && self.table.take_probe(&self.key(), now + PROBE_LEASE_MS).await?
        {
            self.probes.store(true, Ordering::Relaxed);
            return Ok(Ok(()));
        }
        Ok(Err(deferral(LOOK_AGAIN)))
    }

    async fn noted(&self, health: Health) -> Result<(), StoreError> {
        if health == Health::Answers {
            self.probes.store(false, Ordering::Relaxed);
            let failing = self.cached().and_then(|(_, state)| state);
            let failing = failing.filter(|state| state.failures > 0);
            let Some(failing) = failing else { return Ok(()) };
            self.cache(None);
            self.table.put_breaker(&self.key(), &failing.closed()).await?;
            if failing.is_open() {
                tracing::info!(org = %self.org, vendor = self.vendor, "circuit breaker closed");
            }
            return Ok(());
        }
        let mut state = self.table.count_failure(&self.key()).await?;
        // It probes with its other calls, too: one that always fails must not keep a handoff
        // from what the vendor would do.
        let is_probe = self.probes.load(Ordering::Relaxed);
        let now = now_ms();
        if state.is_open() {
            if is_probe && state.probing_until > 0 {
                state.next_probe = now + millis(probe_interval(now - state.opened_at.min(now)));
                state.probing_until = 0;
                self.table.put_breaker(&self.key(), &state).await?;
                self.report(&state);
            }
        } else if opens(&state, health, now) {
            state.opened_at = now;
            state.unauthorized = health == Health::RefusesCredentials;
            state.next_probe = now + millis(probe_interval(0));
            self.table.put_breaker(&self.key(), &state).await?;
            self.report(&state);
        }
        self.cache(Some(state));
        Ok(())
    }

    /// Tells once for each probe, so that the alarm lasts as long as the trouble.
    fn report(&self, state: &BreakerState) {
        count(Counter::BreakerOpen);
        let BreakerState { failures, unauthorized, .. } = *state;
        let (org, vendor) = (&self.org, self.vendor);
        tracing::error!(%org, vendor, failures, unauthorized, "circuit breaker open");
    }
}

impl Breaker for CircuitBreaker {
    fn admit(&self) -> Waiting<'_, Result<(), Deferral>> {
        Box::pin(async {
            self.admitted().await.unwrap_or_else(|error| {
                // Without the table nothing can be recorded: the call's own step will say so.
                tracing::warn!(%error, "the circuit breaker cannot be read");
                Ok(())
            })
        })
    }

    fn note(&self, health: Health) -> Waiting<'_, ()> {
        Box::pin(async move {
            if let Err(error) = self.noted(health).await {
                tracing::warn!(%error, "the circuit breaker cannot be written");
            }
        })
    }

    fn note_late(&self) -> Waiting<'_, ()> {
        Box::pin(async {
            if let Err(error) = self.table.count_late(&self.key()).await {
                tracing::warn!(%error, "the circuit breaker cannot be written");
            }
        })
    }

    fn in_trouble(&self) -> bool {
        self.cached().is_some_and(|(_, state)| state.is_some_and(|state| state.failures > 0))
    }
}

/// Returns whether a failure opens a breaker that is closed.
fn opens(state: &BreakerState, health: Health, now: u64) -> bool {
    health == Health::RefusesCredentials
        || state.failures >= FAILURES && now.saturating_sub(state.failing_since) >= LEAST_TROUBLE_MS
}

/// Returns the time between two probes of a breaker that has been open for this long.
fn probe_interval(open_ms: u64) -> Duration {
    match Duration::from_millis(open_ms) {
        open if open < Duration::from_secs(5) => Duration::from_secs(5),
        open if open < Duration::from_mins(5) => Duration::from_secs(15),
        open if open < Duration::from_mins(30) => Duration::from_secs(30),
        open if open < Duration::from_hours(2) => Duration::from_mins(2),
        _ => Duration::from_mins(5),
    }
}

fn deferral(after: Duration) -> Deferral {
    Deferral { after, reason: "the circuit breaker is open" }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_become_rarer_and_never_cease() {
        let table = [
            (0, 5),
            (5, 15),
            (299, 15),
            (300, 30),
            (1_799, 30),
            (1_800, 120),
            (7_199, 120),
            (7_200, 300),
            (90_000, 300),
        ];
        for (open, expected) in table {
            assert_eq!(probe_interval(open * 1_000), Duration::from_secs(expected), "{open} s");
        }
    }

    /// Plays outages of all lengths up to half a day with a clock of its own.
    #[test]
    fn the_end_of_an_outage_is_noticed_soon() {
        let mut probe = Duration::ZERO;
        while probe < Duration::from_hours(12) {
            let interval = probe_interval(millis(probe));
            // The outage ends just after a probe, which is the worst moment.
            let bound = match probe {
                short if short < Duration::from_mins(5) => Duration::from_secs(15),
                minutes if minutes < Duration::from_mins(30) => Duration::from_secs(30),
                _ => Duration::from_mins(5),
            };
            assert!(interval <= bound, "after {probe:?}");
            probe += interval;
        }
    }

    #[test]
    fn an_event_that_failed_comes_again_for_the_next_probe() {
        let (breakers, org) = (Breakers::default(), OrgId::new("acme"));
        let cache = |vendor, state| {
            breakers.0.lock().unwrap().insert((org.clone(), vendor), (Instant::now(), state));
        };
        let open = |seconds: u64| {
            let next_probe = now_ms() + 1_000 * seconds;
            Some(BreakerState { opened_at: 1, next_probe, ..BreakerState::default() })
        };
        assert_eq!(breakers.until_probe(&org), None);
        cache("hubspot", open(0));
        assert_eq!(breakers.until_probe(&org), None, "the probe is under way");
        cache("hubspot", open(30));
        cache("opencx", None);
        assert!(breakers.until_probe(&org).unwrap() <= Duration::from_secs(30));
        cache("opencx", open(5));
        assert!(breakers.until_probe(&org).unwrap() <= Duration::from_secs(5));
        assert_eq!(breakers.until_probe(&OrgId::new("other")), None);
    }

    #[test]
    fn it_opens_for_trouble_that_lasts_and_for_credentials_at_once() {
        let state =
            |failures| BreakerState { failures, failing_since: 1_000, ..BreakerState::default() };
        for (failures, health, now, expected) in [
            (4, Health::Fails, 60_000, false),
            (5, Health::Fails, 2_900, false),
            (50, Health::Fails, 2_900, false),
            (5, Health::Fails, 3_000, true),
            (1, Health::RefusesCredentials, 1_000, true),
        ] {
            assert_eq!(
                opens(&state(failures), health, now),
                expected,
                "{failures} {health:?} {now}"
            );
        }
    }
}
