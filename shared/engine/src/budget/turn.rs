//! The order in which calls leave.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The time for which the background waits for a pause in the conversations; then it queues as
/// they do, since a burst may last longer than its event is tried.
const PATIENCE: Duration = Duration::from_secs(20);

/// The urgency of a function's effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A customer or a rep does.
    Conversation,
    /// Nobody does: it gives way when HubSpot's rate limit is nearly used up.
    Background,
}

/// The place of an event among those that wait for a call; the least comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    urgency: Urgency,
    receives: Reverse<u32>,
    number: u64,
    begun: Instant,
}

impl Turn {
    /// The turn of an event that begins now and was received so often.
    pub(crate) fn new(urgency: Urgency, receives: u32) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { urgency, receives: Reverse(receives), number, begun: Instant::now() }
    }

    /// Returns whether it still gives way to who queues.
    pub(crate) fn gives_way(&self) -> bool {
        self.urgency == Urgency::Background && self.begun.elapsed() < PATIENCE
    }
}
