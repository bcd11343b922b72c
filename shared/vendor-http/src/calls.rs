//! The number of calls of an event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of calls that were made, tries included.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    made: Arc<AtomicU32>,
    throttled: Arc<AtomicU32>,
}

impl Calls {
    pub(crate) fn count_one(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    /// The number so far.
    pub fn count(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    /// The number of them that were answered 429.
    pub fn throttled(&self) -> u32 {
        self.throttled.load(Ordering::Relaxed)
    }
}
