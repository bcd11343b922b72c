//! A vendor's rate limit, as far as calls have to know of it.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use reqwest::header::HeaderMap;

/// An answer that is waited for, behind a `dyn`.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The quota against which a call is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meter {
    /// The calls of an app.
    Calls,
    /// Searches, which HubSpot counts apart (docs/vendors/hubspot.md#rate-limits).
    Search,
}

/// Shares a vendor's rate limit between all who call: every try asks it first, and
/// tells it what the answer said.
pub trait Budget: Debug + Send + Sync {
    /// Waits a moment for a permit to make a call; says for how long to defer the call if
    /// that does not suffice.
    fn permit(&self, meter: Meter) -> Waiting<'_, Result<(), Deferral>>;

    /// Takes in what an answer told about the limit. Whoever else calls may hear of it later.
    fn told(&self, meter: Meter, news: &RateNews);

    /// Lets all who call hear of it now.
    fn pass_on(&self, meter: Meter) -> Waiting<'_, ()>;
}

/// The rate limit as an answer tells it; any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateNews {
    /// The most calls in a window.
    pub max: Option<u32>,
    /// The window's length in milliseconds.
    pub window_ms: Option<u32>,
    /// The number of calls that are left in it.
    pub remaining: Option<u32>,
    /// The call was refused for its rate.
    pub refused: Option<TooMany>,
}

/// A call that is not made before a while has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// The time until it may be made.
    pub after: Duration,
    /// The reason.
    pub reason: DeferralReason,
}

/// The reason why a call is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeferralReason {
    /// Others are before it; the vendor is well.
    #[error("the rate limit has no permit for it now")]
    NoPermit,
    /// The vendor refuses calls, though they keep to its rate limit.
    #[error("the vendor refuses calls for its rate limit")]
    Throttled,
    /// The vendor fails.
    #[error("the circuit breaker is open")]
    BreakerOpen,
    /// The vendor is late with many answers.
    #[error("calls to the vendor hang")]
    CallsHang,
}

/// A refusal for the rate of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TooMany {
    /// The time to wait, if the vendor said.
    pub retry_after: Option<Duration>,
    /// Which limit, e.g. `TEN_SECONDLY_ROLLING`.
    pub policy: Option<String>,
}

impl RateNews {
    /// Reads HubSpot's headers (docs/vendors/hubspot.md#rate-limits); other vendors' answers
    /// have none.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            max: number(headers, "x-hubspot-ratelimit-max"),
            window_ms: number(headers, "x-hubspot-ratelimit-interval-milliseconds"),
            remaining: number(headers, "x-hubspot-ratelimit-remaining"),
            refused: None,
        }
    }
}

fn number<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
