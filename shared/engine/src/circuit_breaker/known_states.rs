//! The states of the breakers, as this process read them last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_store::{BreakerState, VENDORS, now_ms};
use tokio::time::Instant;

/// Validity of what was read of a vendor that is well; in trouble it is read for each call.
const READ_EVERY: Duration = Duration::from_secs(2);

type Cache = HashMap<(OrgId, &'static str), (Instant, Option<BreakerState>)>;

/// The vendors' health, as this process knows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breakers(Arc<Mutex<Cache>>);

impl Breakers {
    fn lock(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state that was read or written last, in trouble.
    pub(super) fn known(&self, org: &OrgId, vendor: &'static str) -> Option<BreakerState> {
        self.lock().get(&(org.clone(), vendor))?.1
    }

    /// Returns whether the vendor was well when its state was read, a moment ago.
    pub(super) fn was_well_just_now(&self, org: &OrgId, vendor: &'static str) -> bool {
        let cache = self.lock();
        let known = cache.get(&(org.clone(), vendor));
        known.is_some_and(|(at, state)| state.is_none() && at.elapsed() < READ_EVERY)
    }

    pub(super) fn keep(&self, org: &OrgId, vendor: &'static str, state: Option<BreakerState>) {
        self.lock().insert((org.clone(), vendor), (Instant::now(), state));
    }

    /// Returns the time until the next probe of a vendor that is down. An event that failed must
    /// not miss it: it may be the only one there is.
    pub(crate) fn until_probe(&self, org: &OrgId) -> Option<Duration> {
        let cache = self.lock();
        let states = VENDORS.into_iter().filter_map(|vendor| cache.get(&(org.clone(), vendor))?.1);
        let now = now_ms();
        let ahead = states.filter(|state| state.is_open() && state.next_probe > now);
        ahead.map(|state| Duration::from_millis(state.next_probe - now)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(seconds: u64) -> BreakerState {
        let next_probe = now_ms() + 1_000 * seconds;
        BreakerState { opened_at: 1, next_probe, ..BreakerState::default() }
    }

    #[test]
    fn an_event_that_failed_comes_again_for_the_next_probe() {
        let (breakers, org) = (Breakers::default(), OrgId::new("acme"));
        assert_eq!(breakers.until_probe(&org), None);
        breakers.keep(&org, "hubspot", Some(open(0)));
        assert_eq!(breakers.until_probe(&org), None, "the probe is under way");
        breakers.keep(&org, "hubspot", Some(open(30)));
        breakers.keep(&org, "opencx", None);
        assert!(breakers.until_probe(&org).unwrap() <= Duration::from_secs(30));
        breakers.keep(&org, "opencx", Some(open(5)));
        assert!(breakers.until_probe(&org).unwrap() <= Duration::from_secs(5));
        assert_eq!(breakers.until_probe(&OrgId::new("other")), None);
    }
}
