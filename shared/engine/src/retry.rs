//! What becomes of an event whose work failed: the one place that decides it.
//!
//! Decided by what is certain. No effect: SQS brings the event again. Perhaps an
//! effect, and nobody can look: parked, never done again by itself. Refused for
//! good: parked at once, so that its neighbours go on.

use bridge_domain::outcome::ParkReason;
use bridge_store::StoreError;
use bridge_vendor_http::{CallError, Effect, Problem};

use crate::settings_cache::SettingsProblem;

/// The work on an event did not come to its end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Trouble that passes: SQS delivers the event again.
    #[error("{0}")]
    Retry(String),
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
            (Effect::None, _) => Self::Retry(error.to_string()),
            (Effect::Perhaps, _) => Self::park(ParkReason::Uncertain, error.to_string()),
            (Effect::Never, Problem::Malformed(_)) => {
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

impl From<SettingsProblem> for Failure {
    fn from(problem: SettingsProblem) -> Self {
        match problem {
            SettingsProblem::Store(error) => error.into(),
            SettingsProblem::UnknownOrg => Self::park(ParkReason::UnknownOrg, problem.to_string()),
            SettingsProblem::Unreadable(_) | SettingsProblem::Secret { .. } => {
                Self::park(ParkReason::BadSettings, problem.to_string())
            }
        }
    }
}
