//! Counting calls in a rolling window, for rate limits.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The calls of the last while.
#[derive(Debug, Default)]
pub struct RollingWindow(VecDeque<Instant>);

impl RollingWindow {
    /// Returns how many calls the window holds, without those older than `length`.
    pub fn count(&mut self, length: Duration) -> usize {
        let now = Instant::now();
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= length) {
            self.0.pop_front();
        }
        self.0.len()
    }

    /// Adds a call that arrives now.
    pub fn add(&mut self) {
        self.0.push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, pause};

    use super::*;

    #[tokio::test]
    async fn calls_leave_the_window_when_they_are_too_old() {
        pause();
        let (mut window, minute) = (RollingWindow::default(), Duration::from_mins(1));
        window.add();
        advance(Duration::from_secs(30)).await;
        window.add();
        assert_eq!(window.count(minute), 2);
        advance(Duration::from_secs(30)).await;
        assert_eq!(window.count(minute), 1, "the first call is a minute old");
    }
}
