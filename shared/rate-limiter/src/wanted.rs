//! The sums of permits and places that the events of a process want, of which one acquires them for all.

use std::sync::atomic::{AtomicU32, Ordering};

/// The sum of what is wanted by events that wait.
#[derive(Debug, Default)]
pub(crate) struct Wanted(AtomicU32);

/// A part of what is wanted, taken back when it is dropped: an invocation may end while it waits.
pub(crate) struct Part<'a> {
    sum: &'a AtomicU32,
    size: u32,
}

impl Wanted {
    pub(crate) fn add(&self, size: u32) -> Part<'_> {
        self.0.fetch_add(size, Ordering::Relaxed);
        Part { sum: &self.0, size }
    }
}

impl Part<'_> {
    /// Takes the part back, and returns the sum that it was in.
    pub(crate) fn all(self) -> u32 {
        self.sum.load(Ordering::Relaxed)
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.sum.fetch_sub(self.size, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_ends_while_it_waits_wants_nothing_any_more() {
        let wanted = Wanted(AtomicU32::new(2));
        drop(wanted.add(3));
        assert_eq!(wanted.add(4).all(), 6);
        assert_eq!(wanted.0.into_inner(), 2);
    }
}
