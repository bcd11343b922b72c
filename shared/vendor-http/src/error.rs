//! Why a call failed, and whether it may have had its effect.

use serde::Deserialize;

use crate::budget::TooMany;

/// Whether a failed call may have had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Certainly not, or it does not matter: it may be tried again.
    None,
    /// Perhaps: whoever tries again must look first.
    Perhaps,
    /// Certainly not, and it never will: the vendor refused it for good.
    Never,
}

/// A call that failed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{vendor} {call}: {problem}")]
pub struct CallError {
    /// Whom we called.
    pub vendor: &'static str,
    /// The name of the call, without ids or addresses.
    pub call: &'static str,
    /// What went wrong.
    pub problem: Problem,
    /// Whether the call may be made again regardless.
    pub(crate) safe: bool,
    /// Whether an earlier try of it may have had its effect.
    pub(crate) lost_before: bool,
}

/// What went wrong with a call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// No connection: the request never left.
    #[error("could not connect")]
    NotSent,
    /// There is not enough time left to make the call.
    #[error("no time left for the call in this invocation")]
    NoTime,
    /// The vendor asks us to slow down.
    #[error("rate limit ({})", .0.policy.as_deref().unwrap_or("no policy named"))]
    RateLimited(TooMany),
    /// Its turn within the vendor's rate limit would come too late.
    #[error("the rate limit leaves no call for it in this invocation")]
    NoTurn,
    /// The vendor is in trouble.
    #[error("answered {0}")]
    Unavailable(u16),
    /// The request left, and no whole answer came.
    #[error("no answer ({0})")]
    NoAnswer(&'static str),
    /// The answer is not what the vendor documents.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
    /// The vendor said no.
    #[error("refused with {0}")]
    Refused(Refusal),
}

impl Problem {
    /// Whether the vendor seems to be down.
    pub(crate) fn is_trouble(&self) -> bool {
        matches!(self, Self::NotSent | Self::Unavailable(_) | Self::NoAnswer(_))
    }
}

/// The vendor's no.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// HubSpot's category, e.g. `VALIDATION_ERROR`; OpenCX's `error`.
    pub category: Option<String>,
    /// The vendor's explanation. It may quote what we sent, so it is for
    /// decisions, never for logs.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.status)?;
        self.category.as_ref().map_or(Ok(()), |category| write!(f, " {category}"))
    }
}

impl Refusal {
    /// Reads the error body of either vendor; nothing in it is certain
    /// (docs/vendors/hubspot.md#errors).
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Body {
            category: Option<String>,
            error: Option<String>,
            message: Option<String>,
        }
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        let message = body.message.unwrap_or_default();
        Self { status, category: body.category.or(body.error), message }
    }
}

impl CallError {
    /// Whether the call may have had its effect.
    pub fn effect(&self) -> Effect {
        match &self.problem {
            Problem::NotSent | Problem::NoTime | Problem::NoTurn | Problem::RateLimited(_) => {
                Effect::None
            }
            Problem::Unavailable(_) | Problem::NoAnswer(_) if self.safe => Effect::None,
            Problem::Malformed(_) if self.safe => Effect::Never,
            Problem::Unavailable(_) | Problem::NoAnswer(_) | Problem::Malformed(_) => {
                Effect::Perhaps
            }
            Problem::Refused(_) => Effect::Never,
        }
    }

    /// Whether the effect never took place, in this try or an earlier one. This is not
    /// [`Self::effect`], which allows a change to absolute values to be made again: what
    /// a lost PATCH has written, whoever comes next must not take for somebody else's.
    pub fn is_certainly_undone(&self) -> bool {
        let undone = matches!(
            self.problem,
            Problem::NotSent
                | Problem::NoTime
                | Problem::NoTurn
                | Problem::RateLimited(_)
                | Problem::Refused(_)
        );
        undone && !self.lost_before
    }

    /// The refusal, if that is what it was.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.problem {
            Problem::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the vendor refused with this status.
    pub fn is_status(&self, status: u16) -> bool {
        self.refusal().is_some_and(|refusal| refusal.status == status)
    }
}
