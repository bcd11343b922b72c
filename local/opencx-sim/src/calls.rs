//! What was asked of the API: the log of calls, and the rate limit over them.

use serde::Serialize;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The window of OpenCX's rate limit.
const WINDOW: Duration = Duration::from_mins(1);

/// One call of the API.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// The method, in upper case.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query without its question mark.
    pub query: Option<String>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// The status with which the server ended the call, whether or not the caller got to see it;
    /// `None` while it has not ended, and when it was cut off before it had an effect.
    pub status: Option<u16>,
    /// When it came: ISO 8601, UTC, milliseconds.
    pub at: String,
}

/// The two points of a call at which [`OpenCx::on_call`](crate::OpenCx::on_call) is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has changed yet.
    BeforeEffect,
    /// Everything has changed, the answer is not sent yet; the call's status is known.
    AfterEffect,
}

/// Every call since the start, or since the log was emptied.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    next: u64,
    calls: Vec<(u64, Call)>,
}

impl CallLog {
    /// Notes a call; the answer is its number.
    pub(crate) fn note(&mut self, call: Call) -> u64 {
        self.next += 1;
        self.calls.push((self.next, call));
        self.next
    }

    /// Notes how the call with this number ended, unless the log was emptied in the meantime.
    pub(crate) fn settle(&mut self, number: u64, status: u16) {
        if let Some((_, call)) = self.calls.iter_mut().find(|(n, _)| *n == number) {
            call.status = Some(status);
        }
    }

    /// The calls, oldest first.
    pub(crate) fn all(&self) -> Vec<Call> {
        self.calls.iter().map(|(_, call)| call.clone()).collect()
    }

    /// Forgets every call.
    pub(crate) fn reset(&mut self) {
        self.calls.clear();
    }
}

/// The calls let through in the last minute.
#[derive(Debug, Default)]
pub(crate) struct RateWindow(VecDeque<Instant>);

impl RateWindow {
    /// Whether a call at `now` keeps within `limit` per minute. A refused call does not count.
    pub(crate) fn admits(&mut self, now: Instant, limit: u32) -> bool {
        while self.0.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            self.0.pop_front();
        }
        let free = self.0.len() < limit as usize;
        if free {
            self.0.push_back(now);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_rolls() {
        let (mut window, start) = (RateWindow::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(window.admits(at(0), 2));
        assert!(window.admits(at(30), 2));
        assert!(!window.admits(at(59), 2));
        assert!(window.admits(at(60), 2), "the first call is a minute old");
        assert!(!window.admits(at(61), 2), "the second is not");
    }
}
