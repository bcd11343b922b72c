//! One clock for deadlines and for timestamps.
//!
//! Timestamps are derived from tokio's clock, so that a test that pauses or advances time sees
//! them move along with delays and visibility timeouts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// A starting point on both time scales.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
    started_ms: u64,
}

/// One moment on both time scales.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// For deadlines.
    pub at: Instant,
    /// For timestamps: milliseconds since 1970.
    pub ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), started_ms: millis(since_1970) }
    }

    pub(crate) fn now(&self) -> Moment {
        let at = Instant::now();
        Moment { at, ms: self.started_ms + millis(at.duration_since(self.started)) }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
