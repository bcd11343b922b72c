//! Rate limits: calls of an app in a rolling window; search apart, with its own limit per second
//! and without headers (docs/vendors/hubspot.md#rate-limits).

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use sim_kit::RollingWindow;

use crate::access::Caller;
use crate::error::ApiError;
use crate::options::PortalOptions;

const SEARCH_WINDOW: Duration = Duration::from_secs(1);

/// The recent calls of each app.
#[derive(Debug, Default)]
pub(crate) struct Quota(HashMap<u64, AppCalls>);

#[derive(Debug, Default)]
struct AppCalls {
    calls: RollingWindow,
    searches: RollingWindow,
}

impl Quota {
    /// Counts a call, which counts even when it is rejected.
    pub(crate) fn admit(
        &mut self,
        caller: &Caller,
        options: &PortalOptions,
    ) -> Result<(), ApiError> {
        let app = self.0.entry(caller.app_id).or_default();
        let (window, length, limit, policy) = if caller.searches {
            let limit = options.search_limit as usize;
            (&mut app.searches, SEARCH_WINDOW, limit, "SECONDLY")
        } else {
            let limit = options.rate_limit as usize;
            (&mut app.calls, options.rate_window, limit, "TEN_SECONDLY_ROLLING")
        };
        let full = window.count(length) >= limit;
        window.add();
        if full { Err(ApiError::rate_limited(policy)) } else { Ok(()) }
    }

    /// Puts the rate headers on an answer.
    pub(crate) fn mark(
        &mut self,
        mut response: Response,
        caller: &Caller,
        options: &PortalOptions,
    ) -> Response {
        if caller.searches {
            return response;
        }
        let app = self.0.entry(caller.app_id).or_default();
        let used = app.calls.count(options.rate_window) as u64;
        let window = u64::try_from(options.rate_window.as_millis()).unwrap_or(u64::MAX);
        let limit = u64::from(options.rate_limit);
        for (name, value) in [
            ("x-hubspot-ratelimit-max", limit),
            ("x-hubspot-ratelimit-remaining", limit.saturating_sub(used)),
            ("x-hubspot-ratelimit-interval-milliseconds", window),
        ] {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, HeaderValue::from(value));
        }
        response
    }
}
