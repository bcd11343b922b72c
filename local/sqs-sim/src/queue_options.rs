//! Settings of a queue, and the limits that `CreateQueue` puts on them.

use std::time::Duration;

use crate::error::{ErrorKind, SqsError};

/// Longest visibility timeout, of a queue as of a single message.
pub(crate) const MAX_VISIBILITY: Duration = Duration::from_hours(12);
/// Longest `DelaySeconds` of a queue.
const MAX_DELAY: Duration = Duration::from_mins(15);
/// `VisibilityTimeout` of a queue that was created without one.
const DEFAULT_VISIBILITY: Duration = Duration::from_secs(30);
/// Longest queue name, `.fifo` included.
const MAX_NAME: usize = 80;
/// `maxReceiveCount` lies between 1 and this.
const MAX_RECEIVE_COUNT: u32 = 1000;

/// The settings of one FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOptions {
    /// Queue name: letters, digits, `-` and `_`, ending with `.fifo`, at most 80 characters.
    pub name: String,
    /// Time that every new message stays hidden (`DelaySeconds`, at most 15 minutes).
    pub delay: Duration,
    /// Time that a received message stays hidden (`VisibilityTimeout`, at most 12 hours).
    pub visibility: Duration,
    /// Target of messages that were received too often; `None` keeps them.
    pub redrive: Option<RedrivePolicy>,
}

/// A dead-letter rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedrivePolicy {
    /// Name of another queue of the same account.
    pub target: String,
    /// A message is moved when it would be received more often than this (1 to 1000).
    pub max_receive_count: u32,
}

impl QueueOptions {
    /// Creates settings with SQS's defaults: no delay, 30 s of visibility, no redrive.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            delay: Duration::ZERO,
            visibility: DEFAULT_VISIBILITY,
            redrive: None,
        }
    }

    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    #[must_use]
    pub fn visibility(self, visibility: Duration) -> Self {
        Self { visibility, ..self }
    }

    /// Moves messages to `target` once they were received `max_receive_count` times.
    #[must_use]
    pub fn redrive(self, target: impl Into<String>, max_receive_count: u32) -> Self {
        Self { redrive: Some(RedrivePolicy { target: target.into(), max_receive_count }), ..self }
    }

    /// Checks the limits that concern this queue alone.
    pub(crate) fn validate(&self) -> Result<(), SqsError> {
        if !is_fifo_name(&self.name) {
            return Err(self.invalid(
                "use at most 80 letters, digits, hyphens and underscores, and end with .fifo",
            ));
        }
        if self.delay > MAX_DELAY {
            return Err(self.invalid("the delay must be at most 900 seconds"));
        }
        if self.visibility > MAX_VISIBILITY {
            return Err(self.invalid("the visibility timeout must be at most 43200 seconds"));
        }
        let receives = self.redrive.as_ref().map(|policy| policy.max_receive_count);
        if receives.is_some_and(|receives| !(1..=MAX_RECEIVE_COUNT).contains(&receives)) {
            return Err(self.invalid("the maximum receive count must be between 1 and 1000"));
        }
        Ok(())
    }

    pub(crate) fn invalid(&self, reason: &str) -> SqsError {
        SqsError::new(ErrorKind::InvalidParameterValue, format!("queue {}: {reason}", self.name))
    }
}

fn is_fifo_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".fifo") else { return false };
    name.len() <= MAX_NAME
        && !stem.is_empty()
        && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
