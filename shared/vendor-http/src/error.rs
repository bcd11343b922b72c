//! Why a call failed, and whether it may have had its effect.

use std::time::Duration;

use serde_json::Value;

use crate::budget::{Deferral, DeferralReason, TooMany};

/// The certainty with which a failed call had no effect.
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
    /// The vendor.
    pub vendor: &'static str,
    /// The name of the call, without ids or addresses.
    pub call: &'static str,
    /// The problem.
    pub problem: Problem,
    /// True if the call may be made again regardless.
    pub(crate) safe: bool,
    /// True if an earlier try of it may have had its effect.
    pub(crate) lost_before: bool,
}

/// The problem of a call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// No connection: the request never left.
    #[error("could not connect")]
    NotSent,
    /// There is not enough time left to make the call.
    #[error("no time left for the call in this invocation")]
    NoTime,
    /// The call may be made later: the rate limit has no permit for it before then, or the
    /// circuit breaker is open.
    #[error("{}", .0.reason)]
    Deferred(Deferral),
    /// The vendor asks us to slow down.
    #[error("rate limit ({})", .0.policy.as_deref().unwrap_or("no policy named"))]
    RateLimited(TooMany),
    /// The vendor does not know the credentials.
    #[error("does not know the credentials (401)")]
    Unauthorized,
    /// The vendor did nothing, and will later.
    #[error("not now ({status})")]
    NotNow {
        /// HTTP status.
        status: u16,
        /// The time to wait, if the vendor said.
        retry_after: Option<Duration>,
    },
    /// The vendor is in trouble.
    #[error("answered {status}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// The time to wait, if the vendor said.
        retry_after: Option<Duration>,
    },
    /// The request left, and no whole answer came.
    #[error("no answer ({0})")]
    NoAnswer(&'static str),
    /// The answer is not what the vendor documents.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
    /// The answer is longer than is read.
    #[error("the answer is longer than 8 MiB")]
    TooLong,
    /// The vendor said no.
    #[error("refused with {0}")]
    Refused(Refusal),
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
    /// The single errors that it names; as little for logs as the message.
    pub errors: Vec<RefusedDetail>,
}

/// One error of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedDetail {
    /// The vendor's explanation.
    pub message: String,
    /// The vendor's code, e.g. `PROPERTY_DOESNT_EXIST`.
    pub code: String,
    /// The names that its `context` and `in` hold, e.g. of properties.
    pub names: Vec<String>,
}

impl RefusedDetail {
    /// Reads one entry of `errors`, or the body itself; nothing in either is certain.
    fn read(value: &Value) -> Self {
        let mut names = Vec::new();
        collect_texts(&value["context"], &mut names);
        collect_texts(&value["in"], &mut names);
        let codes = ["code", "error", "subCategory"];
        let code = codes.into_iter().find_map(|key| text(value, key));
        let message = text(value, "message").unwrap_or_default();
        Self { message, code: code.unwrap_or_default(), names }
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Collects the texts of a value that is a text, or a list or an object of such.
fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| collect_texts(one, texts)),
        Value::Object(object) => object.values().for_each(|one| collect_texts(one, texts)),
        _ => {}
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.status)?;
        self.category.as_ref().map_or(Ok(()), |category| write!(f, " {category}"))
    }
}

impl Refusal {
    /// Returns whether the vendor refused the content: 400, or 422 in some of its APIs.
    pub fn is_invalid(&self) -> bool {
        matches!(self.status, 400 | 422)
    }

    /// Reads the error body of either vendor; nothing in it is certain
    /// (docs/vendors/hubspot.md#errors).
    pub fn read(status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let whole = RefusedDetail::read(&body);
        let mut errors: Vec<RefusedDetail> =
            body["errors"].as_array().into_iter().flatten().map(RefusedDetail::read).collect();
        let message = whole.message.clone();
        if !whole.names.is_empty() {
            errors.push(whole);
        }
        let category = text(&body, "category").or_else(|| text(&body, "error"));
        Self { status, category, message, errors }
    }
}

/// Returns the answer; `None` if the vendor said no for good, and the caller goes on without.
pub fn if_accepted<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_refused() => Ok(None),
        Err(error) => Err(error),
    }
}

impl CallError {
    /// Returns whether the call may have had its effect.
    pub fn effect(&self) -> Effect {
        match &self.problem {
            Problem::NotSent
            | Problem::NoTime
            | Problem::Deferred(_)
            | Problem::RateLimited(_)
            | Problem::Unauthorized
            | Problem::NotNow { .. } => Effect::None,
            Problem::Refused(_) => Effect::Never,
            Problem::TooLong if self.safe => Effect::Never,
            _ if self.safe => Effect::None,
            Problem::Unavailable { .. }
            | Problem::NoAnswer(_)
            | Problem::Malformed(_)
            | Problem::TooLong => Effect::Perhaps,
        }
    }

    /// Returns whether it was not made because others are before it in the rate limit.
    pub fn lacks_permit(&self) -> bool {
        matches!(self.problem, Problem::Deferred(Deferral { reason: DeferralReason::NoPermit, .. }))
    }

    /// Returns whether the effect never took place, in this try or an earlier one. This is
    /// not [`Self::effect`], which allows a change to absolute values to be made again: what
    /// a lost PATCH has written, whoever comes next must not take for somebody else's.
    pub fn is_certainly_undone(&self) -> bool {
        let undone = matches!(
            self.problem,
            Problem::NotSent
                | Problem::NoTime
                | Problem::Deferred(_)
                | Problem::RateLimited(_)
                | Problem::Unauthorized
                | Problem::NotNow { .. }
                | Problem::Refused(_)
        );
        undone && !self.lost_before
    }

    /// Returns the time until the call may be made again, if that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.problem {
            Problem::Deferred(deferral) => Some(deferral.after),
            Problem::RateLimited(refused) => refused.retry_after,
            Problem::NotNow { retry_after, .. } | Problem::Unavailable { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Returns the refusal, if that is what it was. A 401 is none: it passes when the
    /// credentials are mended.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.problem {
            Problem::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns whether the vendor said no for good, so that the step is left out and the next
    /// one done.
    pub fn is_refused(&self) -> bool {
        self.effect() == Effect::Never
    }

    /// Returns whether the vendor refused the content of the call.
    pub fn is_invalid(&self) -> bool {
        self.refusal().is_some_and(Refusal::is_invalid)
    }

    /// Returns whether the vendor did not look at the call, for who asks or how often.
    pub(crate) fn is_turned_away(&self) -> bool {
        matches!(self.problem, Problem::Unauthorized | Problem::RateLimited(_))
    }

    /// Returns whether the vendor answered with this status, and did nothing.
    pub fn is_status(&self, status: u16) -> bool {
        match &self.problem {
            Problem::Refused(refusal) => refusal.status == status,
            Problem::Unauthorized => status == 401,
            _ => false,
        }
    }
}
