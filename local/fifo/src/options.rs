//! What a queue is created with, and the limits `CreateQueue` puts on it.

use std::time::Duration;

use thiserror::Error;

/// Longest `DelaySeconds` of a queue.
const MAX_DELAY: Duration = Duration::from_mins(15);
/// Longest visibility timeout, of a queue as of a single message.
pub(crate) const MAX_VISIBILITY: Duration = Duration::from_hours(12);
/// `VisibilityTimeout` of a queue that was created without one.
const DEFAULT_VISIBILITY: Duration = Duration::from_secs(30);
/// Longest queue name, `.fifo` included.
const MAX_NAME: usize = 80;
/// `maxReceiveCount` lies between 1 and this.
const MAX_RECEIVES: u32 = 1000;

/// The settings of one FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOptions {
    /// Queue name: letters, digits, `-` and `_`, ending with `.fifo`, at most 80 characters.
    pub name: String,
    /// How long every new message stays hidden (`DelaySeconds`, at most 15 minutes).
    pub delay: Duration,
    /// How long a received message stays hidden (`VisibilityTimeout`, at most 12 hours).
    pub visibility: Duration,
    /// Where messages go that were received too often; `None` keeps them forever.
    pub redrive: Option<Redrive>,
}

/// A dead-letter rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// Name of another queue of the same account.
    pub target: String,
    /// A message is moved when it would be received more often than this (1 to 1000).
    pub max_receive_count: u32,
}

/// Why a set of queues cannot be created.
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
        /// The queue with the redrive rule.
        queue: String,
        /// The target it names.
        target: String,
    },
    /// The maximum receive count is out of range.
    #[error("queue {0}: the maximum receive count must be between 1 and 1000")]
    MaxReceiveCount(String),
}

impl QueueOptions {
    /// A queue with SQS's defaults: no delay, 30 s of visibility, no redrive.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            delay: Duration::ZERO,
            visibility: DEFAULT_VISIBILITY,
            redrive: None,
        }
    }

    /// The same queue with this delay for every message.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same queue with this visibility timeout.
    #[must_use]
    pub fn visibility(self, visibility: Duration) -> Self {
        Self { visibility, ..self }
    }

    /// The same queue, moving messages to `target` once they were received `max_receive_count`
    /// times.
    #[must_use]
    pub fn redrive(self, target: impl Into<String>, max_receive_count: u32) -> Self {
        Self { redrive: Some(Redrive { target: target.into(), max_receive_count }), ..self }
    }

    /// Holds the options against the limits that concern this queue alone.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let name = || self.name.clone();
        if !is_fifo_name(&self.name) {
            return Err(ConfigError::Name(name()));
        }
        if self.delay > MAX_DELAY {
            return Err(ConfigError::Delay(name()));
        }
        if self.visibility > MAX_VISIBILITY {
            return Err(ConfigError::Visibility(name()));
        }
        match &self.redrive {
            Some(rule) if !(1..=MAX_RECEIVES).contains(&rule.max_receive_count) => {
                Err(ConfigError::MaxReceiveCount(name()))
            }
            _ => Ok(()),
        }
    }
}

fn is_fifo_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.len() <= MAX_NAME
        && name
            .strip_suffix(".fifo")
            .is_some_and(|stem| !stem.is_empty() && stem.chars().all(allowed))
}
