//! The number of calls that a vendor takes, and the pace that keeps to it.
//!
//! The vendor counts the calls of a rolling window. At an even pace, with a small
//! burst after a pause, no window ever has more than its limit, and nobody waits
//! for a whole window to pass.

use std::time::Duration;

/// So many calls in any window of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The most calls.
    pub calls: u32,
    /// The window's length in milliseconds.
    pub window_ms: u32,
}

impl RateLimit {
    /// The limit assumed of a portal until its answers tell: the least that HubSpot
    /// gives a private app (docs/vendors/hubspot.md#rate-limits).
    pub const LEAST: Self = Self { calls: 100, window_ms: 10_000 };

    /// Searches are counted apart, and their answers tell nothing
    /// (docs/vendors/hubspot.md#rate-limits).
    pub const SEARCH: Self = Self { calls: 5, window_ms: 1_000 };

    /// The documented limit of an OpenCX key (docs/vendors/opencx.md#limits), whose answers name
    /// none.
    pub const OPENCX: Self = Self { calls: 100, window_ms: 60_000 };

    /// Returns the limit with another number of calls, of which at least one is left.
    #[must_use]
    pub fn scaled(self, by: u32, of: u32) -> Self {
        let calls = u64::from(self.calls) * u64::from(by) / u64::from(of.max(1));
        Self { calls: u32::try_from(calls).unwrap_or(u32::MAX).max(1), ..self }
    }

    /// Returns the number of calls that may be made at once after a pause. They come out of the window's
    /// total: the more, the slower the pace.
    pub fn burst(self) -> u32 {
        (self.calls / 40).max(1)
    }

    /// The pace: microseconds from one call to the next. A burst, and a window at this
    /// pace after it, are together no more than the limit.
    pub fn emission_interval_us(self) -> u64 {
        let steady = self.calls.saturating_sub(self.burst()).max(1);
        (u64::from(self.window_ms) * 1_000).div_ceil(u64::from(steady)).max(1)
    }

    /// Returns the number of calls that the pace allows in this time.
    pub fn calls_in(self, time_us: u64) -> u32 {
        u32::try_from(time_us / self.emission_interval_us()).unwrap_or(u32::MAX)
    }

    /// Returns the time for which the pace takes to make up for so many calls of the last window.
    pub fn made_up_us(self, calls: u32) -> u64 {
        u64::from(calls.saturating_sub(self.burst())) * self.emission_interval_us()
    }

    /// A twentieth of the window: a pause that lets a few of
    /// them run out, and how late a call may be made.
    pub fn grace(self) -> Duration {
        Duration::from_millis(u64::from(self.window_ms / 20))
    }

    /// Returns how far the next permit may lie in the past: what a pause earns, a burst at most.
    pub fn burst_tolerance_us(self) -> u64 {
        u64::from(self.burst() - 1) * self.emission_interval_us()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most calls in any window, when a pause is followed by calls as fast as the
    /// pace allows.
    fn most(limit: RateLimit) -> u32 {
        let burst = (0..limit.burst()).map(|_| 0);
        let paced = (1..=u64::from(limit.calls) * 2).map(|at| at * limit.emission_interval_us());
        let calls: Vec<u64> = burst.chain(paced).collect();
        let window = u64::from(limit.window_ms) * 1_000;
        let within =
            |from: u64| calls.iter().filter(|at| (from..from + window).contains(at)).count();
        let most = calls.iter().map(|from| within(*from)).max();
        u32::try_from(most.unwrap_or_default()).unwrap()
    }

    #[test]
    fn no_window_has_more_than_its_limit_and_hardly_less() {
        for calls in [1, 2, 5, 19, 100, 110, 150, 190, 250, 1_000] {
            let limit = RateLimit { calls, window_ms: 10_000 };
            assert!(most(limit) <= calls, "{limit:?}: {}", most(limit));
            assert!(
                limit.emission_interval_us() * u64::from(calls) <= 10_600_000 || calls < 19,
                "{limit:?}"
            );
        }
        assert!(most(RateLimit::SEARCH) <= 5);
    }

    #[test]
    fn limits_that_make_no_sense_do_no_harm() {
        for limit in [(0, 0), (0, 10_000), (u32::MAX, 0), (u32::MAX, u32::MAX)] {
            let limit = RateLimit { calls: limit.0, window_ms: limit.1 };
            assert!(limit.emission_interval_us() > 0 && limit.burst() > 0, "{limit:?}");
            let _ = limit.burst_tolerance_us();
        }
    }
}
