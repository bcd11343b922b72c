//! The rules by which a breaker opens and its vendor is probed.

use std::time::Duration;

use bridge_store::BreakerState;
use bridge_vendor_http::Health;

/// Failed calls in a row after which a vendor counts as down.
const FAILURES: u64 = 5;

/// Least length of trouble that opens the breaker: shorter trouble is over before the
/// first probe would be due.
const LEAST_TROUBLE_MS: u64 = 2_000;

/// Returns whether a failure opens a breaker that is closed.
pub(super) fn opens(state: &BreakerState, health: Health, now: u64) -> bool {
    health == Health::RefusesCredentials
        || state.failures >= FAILURES && now.saturating_sub(state.failing_since) >= LEAST_TROUBLE_MS
}

/// Returns the time between two probes of a breaker that has been open for this long.
pub(super) fn probe_interval(open_ms: u64) -> Duration {
    match Duration::from_millis(open_ms) {
        open if open < Duration::from_secs(5) => Duration::from_secs(5),
        open if open < Duration::from_mins(5) => Duration::from_secs(15),
        open if open < Duration::from_mins(30) => Duration::from_secs(30),
        open if open < Duration::from_hours(2) => Duration::from_mins(2),
        _ => Duration::from_mins(5),
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
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
