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

mod known_states;
mod probes;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_lambda::{Counter, count};
use bridge_store::{BreakerState, Key, StoreError, Table, now_ms};
use bridge_vendor_http::{Breaker, Deferral, DeferralReason, Health, Waiting};

use probes::{millis, opens, probe_interval};

pub(crate) use known_states::Breakers;

/// The time for which a probe may be under way: longer than any call.
const PROBE_LEASE_MS: u64 = 12_000;

/// The time after which the others look again while a probe is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The deferral of events while calls hang.
const CLOGGED: Duration = Duration::from_secs(2);

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

    /// Returns the state with failures, if the last one read or written has any.
    fn failing(&self) -> Option<BreakerState> {
        self.breakers.known(&self.org, self.vendor).filter(|state| state.failures > 0)
    }

    fn keep(&self, state: Option<BreakerState>) {
        self.breakers.keep(&self.org, self.vendor, state);
    }

    async fn state(&self) -> Result<Option<BreakerState>, StoreError> {
        if self.breakers.was_well_just_now(&self.org, self.vendor) {
            return Ok(None);
        }
        let state = self.table.breaker(&self.key()).await?;
        self.keep(state);
        Ok(state)
    }

    async fn admitted(&self) -> Result<Result<(), Deferral>, StoreError> {
        let state = self.state().await?;
        if state.is_some_and(|state| state.is_clogged()) {
            return Ok(Err(Deferral { after: CLOGGED, reason: DeferralReason::CallsHang }));
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
            let Some(failing) = self.failing() else { return Ok(()) };
            self.keep(None);
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
        self.keep(Some(state));
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
        self.failing().is_some()
    }
}

fn deferral(after: Duration) -> Deferral {
    Deferral { after, reason: DeferralReason::BreakerOpen }
}
