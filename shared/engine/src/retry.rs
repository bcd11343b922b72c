//! The fate of an event whose work failed: the one place that decides it.
//!
//! Decided by what is certain. No effect: the event is deferred. Perhaps an effect, and nobody can
//! look: parked, never done again by itself. Refused for good: parked at once, so that its
//! neighbours go on.

use std::time::Duration;

use bridge_domain::outcome::ParkReason;
use bridge_lambda::SettingsProblem;
use bridge_store::StoreError;
use bridge_vendor_http::{CallError, Deferral, DeferralReason, Effect, LONGEST_PAUSE, Problem};

/// The work on an event did not come to its end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Trouble that passes: the event is deferred, for longer each time.
    #[error("{0}")]
    Retry(String),
    /// The same, where it is known for how long. It does not count as a try.
    #[error("{error}")]
    RetryAfter {
        /// The time until it is tried again.
        delay: Duration,
        /// The reason.
        error: String,
    },
    /// The rate limit has no permit yet: others are before it, and nothing is wrong. It does not
    /// count as a try either.
    #[error("{error}")]
    NoPermit {
        /// The time until it is tried again.
        delay: Duration,
        /// The reason.
        error: String,
    },
    /// It cannot succeed by itself: kept for an operator.
    #[error("{}: {error}", reason.as_str())]
    Park {
        /// Why.
        reason: ParkReason,
        /// The error, without message texts or secrets.
        error: String,
    },
}

impl Failure {
    /// Parks the event.
    pub fn park(reason: ParkReason, error: impl Into<String>) -> Self {
        Self::Park { reason, error: error.into() }
    }

    /// Returns the error, for the event's outcome.
    pub(crate) fn error(&self) -> String {
        match self {
            Self::Park { error, .. } => error.clone(),
            failure => failure.to_string(),
        }
    }

    /// A step was begun before, and whether it had its effect cannot be known.
    pub(crate) fn uncertain(step: &str) -> Self {
        let error = format!(
            "the step `{step}` was begun and its result is not known; look whether it took effect, then redrive or discard"
        );
        Self::park(ParkReason::Uncertain, error)
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match (error.effect(), &error.problem) {
            (Effect::None, Problem::Deferred(Deferral { after, reason })) => {
                let (delay, error) = (*after, error.to_string());
                match reason {
                    DeferralReason::NoPermit => Self::NoPermit { delay, error },
                    _ => Self::RetryAfter { delay, error },
                }
            }
            (Effect::None, _) if error.retry_after().is_some_and(|delay| delay > LONGEST_PAUSE) => {
                let delay = error.retry_after().unwrap_or_default();
                Self::RetryAfter { delay, error: error.to_string() }
            }
            (Effect::None, _) => Self::Retry(error.to_string()),
            (Effect::Perhaps, _) => Self::park(ParkReason::Uncertain, error.to_string()),
            (Effect::Never, Problem::TooLong) => {
                Self::park(ParkReason::Malformed, error.to_string())
            }
            (Effect::Never, _) => Self::park(ParkReason::Refused, error.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Aws { .. } | StoreError::TakenOver => Self::Retry(error.to_string()),
            StoreError::Corrupt(_) => Self::park(ParkReason::Malformed, error.to_string()),
            StoreError::NoQueue(_) => Self::park(ParkReason::BadSettings, error.to_string()),
        }
    }
}

/// Errors of Secrets Manager that pass by themselves.
const PASSING: [&str; 4] =
    ["no answer", "ThrottlingException", "InternalServiceError", "InternalServiceErrorException"];

impl From<SettingsProblem> for Failure {
    fn from(problem: SettingsProblem) -> Self {
        match problem {
            SettingsProblem::Store(error) => error.into(),
            SettingsProblem::UnknownOrg => Self::park(ParkReason::UnknownOrg, problem.to_string()),
            SettingsProblem::Secret { ref code, .. } if PASSING.contains(&code.as_str()) => {
                Self::Retry(problem.to_string())
            }
            SettingsProblem::Unreadable(_)
            | SettingsProblem::Secret { .. }
            | SettingsProblem::Weak { .. } => {
                Self::park(ParkReason::BadSettings, problem.to_string())
            }
        }
    }
}

/// Longest deferral: SQS hides a message for twelve hours at most.
const LONGEST_DEFERRAL: Duration = Duration::from_hours(11);

/// Receives after which a message comes more rarely, so that SQS, which gives up on it
/// after [`crate::MAX_RECEIVES`], keeps it for as long as `park_after_hours` may say.
const MANY_RECEIVES: u32 = 400;

/// Returns how long an event is deferred that was tried this often in vain. The jitter
/// keeps those that failed together from coming back together.
pub(crate) fn backoff(tries: u64) -> Duration {
    let seconds = match tries {
        0 | 1 => 1,
        2 => 2,
        3 => 5,
        4 => 15,
        5 => 30,
        6..=60 => 60,
        61..=200 => 300,
        _ => 1_800,
    };
    Duration::from_secs(seconds + fastrand::u64(0..=seconds / 4))
}

/// Returns how long an event of a paused organisation is deferred.
pub(crate) fn pause(receives: u32) -> Duration {
    Duration::from_secs(match receives {
        0..=40 => 10 + fastrand::u64(0..=2),
        41..=200 => 60,
        _ => 300,
    })
}

/// Keeps a deferral within what SQS allows.
pub(crate) fn bounded(delay: Duration, receives: u32) -> Duration {
    let least = if receives > MANY_RECEIVES { 1_800 } else { 1 };
    delay.clamp(Duration::from_secs(least), LONGEST_DEFERRAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::MAX_RECEIVES;

    #[test]
    fn a_deferral_grows_and_is_never_more_than_a_quarter_late() {
        let table =
            [(1, 1), (2, 2), (3, 5), (4, 15), (5, 30), (6, 60), (60, 60), (61, 300), (500, 1_800)];
        for (tries, least) in table {
            let longest = Duration::from_secs(least + least / 4);
            for _ in 0..100 {
                let delay = backoff(tries);
                assert!(
                    Duration::from_secs(least) <= delay && delay <= longest,
                    "{tries}: {delay:?}"
                );
            }
        }
    }

    #[test]
    fn a_message_is_received_less_than_a_thousand_times_until_it_is_parked() {
        let longest_park_after = Duration::from_hours(312);
        for delay in [|receives: u32| backoff(receives.into()), pause, |_| Duration::from_secs(1)] {
            let (mut age, mut receives) = (Duration::ZERO, 1);
            while receives < MAX_RECEIVES - 1 && age < longest_park_after {
                age += bounded(delay(receives), receives);
                receives += 1;
            }
            assert!(age > Duration::from_hours(288), "{age:?}");
        }
        assert_eq!(bounded(Duration::from_hours(24), 1), LONGEST_DEFERRAL, "SQS takes no more");
    }
}
