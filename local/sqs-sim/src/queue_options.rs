//! Settings of a queue, and the limits that `CreateQueue` puts on them.

use std::time::Duration;

use thiserror::Error;

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

/// A reason why a set of queues cannot be created.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The name breaks SQS's rules for FIFO queues.
    #[error(
        "queue name {0:?}: use at most 80 letters, digits, hyphens and underscores, and end with .fifo"
    )]
    Name(String),
    /// Two queues share a name.
    #[error("queue {0} is listed twice: give each queue its own name")]
    Duplicate(String),
    /// The delay is over 15 minutes.
    #[error("queue {0}: the delay must be at most 900 seconds")]
    Delay(String),
    /// The visibility timeout is over 12 hours.
    #[error("queue {0}: the visibility timeout must be at most 43200 seconds")]
    Visibility(String),
    /// The redrive target is not another queue of the account.
    #[error("queue {queue}: its redrive target {target} must be another queue of the list")]
    RedriveTarget {
        /// The queue with the redrive policy.
        queue: String,
        /// The target it names.
        target: String,
    },
    /// The maximum receive count is out of range.
    #[error("queue {0}: the maximum receive count must be between 1 and 1000")]
    MaxReceiveCount(String),
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

    /// Sets the delay of every message.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Sets the visibility timeout.
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
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        if !is_fifo_name(&self.name) {
            return Err(ConfigError::Name(self.name.clone()));
        }
        if self.delay > MAX_DELAY {
            return Err(ConfigError::Delay(self.name.clone()));
        }
        if self.visibility > MAX_VISIBILITY {
            return Err(ConfigError::Visibility(self.name.clone()));
        }
        match &self.redrive {
            Some(policy) if !(1..=MAX_RECEIVE_COUNT).contains(&policy.max_receive_count) => {
                Err(ConfigError::MaxReceiveCount(self.name.clone()))
            }
            _ => Ok(()),
        }
    }
}

fn is_fifo_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".fifo") else { return false };
    name.len() <= MAX_NAME
        && !stem.is_empty()
        && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
