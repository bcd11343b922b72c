//! The deadline of an invocation.

use std::time::Duration;

use tokio::time::Instant;

/// The moment by which all work on an event must have ended, so that its
/// outcome can still be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline this far away.
    pub fn after(left: Duration) -> Self {
        Self(Instant::now() + left)
    }

    /// Returns the time left; zero when it has passed.
    pub fn left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
