//! Rate limits: so many calls of an app in a rolling window; search apart, with its own limit per
//! second and without headers.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use tokio::time::Instant;

use super::access::Caller;
use crate::error::ApiError;
use crate::options::PortalOptions;

const DAILY_LIMIT: u64 = 625_000;
const SEARCHES: usize = 5;
const SEARCH_WINDOW: Duration = Duration::from_secs(1);

/// The calls of late, by app.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    calls: HashMap<u64, Window>,
    searches: HashMap<u64, Window>,
    today: HashMap<u64, u64>,
}

#[derive(Debug, Default)]
struct Window(VecDeque<Instant>);

impl Window {
    /// Counts a call, refused or not, and returns how many there are now.
    fn count(&mut self, length: Duration) -> usize {
        let now = Instant::now();
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= length) {
            self.0.pop_front();
        }
        self.0.push_back(now);
        self.0.len()
    }
}

impl Quota {
    pub(super) fn admit(
        &mut self,
        caller: &Caller,
        options: &PortalOptions,
    ) -> Result<(), ApiError> {
        *self.today.entry(caller.app_id).or_default() += 1;
        if caller.searches {
            let count = self.searches.entry(caller.app_id).or_default().count(SEARCH_WINDOW);
            return if count > SEARCHES { Err(secondly_limit()) } else { Ok(()) };
        }
        let count = self.calls.entry(caller.app_id).or_default().count(options.rate_window);
        if count > options.rate_limit as usize { Err(rolling_limit()) } else { Ok(()) }
    }

    /// Puts the rate headers on an answer.
    pub(super) fn mark(
        &self,
        mut response: Response,
        caller: &Caller,
        options: &PortalOptions,
    ) -> Response {
        if caller.searches {
            return response;
        }
        let used = self.calls.get(&caller.app_id).map_or(0, |window| window.0.len() as u64);
        let today = self.today.get(&caller.app_id).copied().unwrap_or_default();
        let window = u64::try_from(options.rate_window.as_millis()).unwrap_or(u64::MAX);
        let limit = u64::from(options.rate_limit);
        for (name, value) in [
            ("x-hubspot-ratelimit-max", limit),
            ("x-hubspot-ratelimit-remaining", limit.saturating_sub(used)),
            ("x-hubspot-ratelimit-interval-milliseconds", window),
            ("x-hubspot-ratelimit-daily", DAILY_LIMIT),
            ("x-hubspot-ratelimit-daily-remaining", DAILY_LIMIT.saturating_sub(today)),
        ] {
            let value = HeaderValue::from(value);
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        response
    }
}

/// The 429 of the rolling window.
pub(super) fn rolling_limit() -> ApiError {
    ApiError::rate_limited(
        "TEN_SECONDLY_ROLLING",
        "You have reached your ten_secondly_rolling limit.",
    )
}

fn secondly_limit() -> ApiError {
    ApiError::rate_limited("SECONDLY", "You have reached your secondly limit.")
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, pause};

    use super::*;
    use crate::options::Token;

    fn caller(searches: bool) -> Caller {
        let token = Token { token: "t".to_owned(), scopes: Vec::new(), app_id: None };
        Caller { app_id: 1, token, searches }
    }

    fn admitted(quota: &mut Quota, searches: bool) -> bool {
        let options = PortalOptions { rate_limit: 2, ..PortalOptions::default() };
        quota.admit(&caller(searches), &options).is_ok()
    }

    #[tokio::test]
    async fn the_window_rolls_and_refused_calls_count_too() {
        pause();
        let mut quota = Quota::default();
        assert!(admitted(&mut quota, false));
        advance(Duration::from_secs(6)).await;
        assert!(admitted(&mut quota, false));
        assert!(!admitted(&mut quota, false));
        advance(Duration::from_secs(5)).await;
        assert!(!admitted(&mut quota, false), "the two of five seconds ago still count");
        advance(Duration::from_secs(10)).await;
        assert!(admitted(&mut quota, false));
    }

    #[tokio::test]
    async fn five_searches_a_second_pass() {
        pause();
        let mut quota = Quota::default();
        let first: Vec<bool> = (0..6).map(|_| admitted(&mut quota, true)).collect();
        assert_eq!(first, [true, true, true, true, true, false]);
        advance(Duration::from_secs(1)).await;
        assert!(admitted(&mut quota, true));
    }
}
