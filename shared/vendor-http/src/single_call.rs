//! One call that is always turned away says nothing of the others.
//!
//! A 401 opens the circuit breaker and a 429 holds all calls back. Should HubSpot answer so to
//! one single call, for ever, an event that does without that call would never come to its
//! others: they are held back before the event is there. So once such a call has failed, the
//! same event makes its other calls all the same, until a second one in a row is turned away too.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::error::CallError;

/// Calls of one event that were turned away.
#[derive(Debug, Default)]
pub(crate) struct SingleCall {
    /// True once a call was given up that was turned away.
    was_turned_away: AtomicBool,
    /// The number of such calls since the last one that succeeded.
    in_a_row: AtomicU32,
}

impl SingleCall {
    pub(crate) fn succeeded(&self) {
        self.in_a_row.store(0, Ordering::Relaxed);
    }

    /// Takes in the error of a call that was given up; of an earlier try it is told whether that
    /// was turned away.
    pub(crate) fn failed(&self, error: &CallError, earlier_try: bool) {
        if earlier_try || error.is_turned_away() {
            self.was_turned_away.store(true, Ordering::Relaxed);
            self.in_a_row.fetch_add(1, Ordering::Relaxed);
        } else if error.is_refused() {
            // The vendor looked at it.
            self.succeeded();
        }
    }

    /// Returns whether a call may be made that is held back: only one call fails, as it seems.
    pub(crate) fn may_be_alone(&self) -> bool {
        self.was_turned_away.load(Ordering::Relaxed) && self.in_a_row.load(Ordering::Relaxed) < 2
    }
}
