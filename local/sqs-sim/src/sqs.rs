//! The queues of one account, created together.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::Notify;

use crate::account::{Account, QueueEntry};
use crate::error::SqsError;
use crate::queue::FifoQueue;
use crate::queue_options::QueueOptions;

/// The queues of one account. A clone is another handle to the same queues.
#[derive(Debug, Clone)]
pub struct Sqs {
    account: Arc<Account>,
}

impl Sqs {
    /// Creates the queues, empty.
    ///
    /// # Errors
    /// For what `CreateQueue` would refuse.
    pub fn new(queues: Vec<QueueOptions>) -> Result<Self, SqsError> {
        let mut redrives = Vec::new();
        for (index, options) in queues.iter().enumerate() {
            options.validate()?;
            if queues[..index].iter().any(|other| other.name == options.name) {
                return Err(options.invalid("give each queue a name of its own"));
            }
            redrives.push(redrive_target(&queues, index)?);
        }
        let entry = |(options, redrive)| QueueEntry { options, redrive, changed: Notify::new() };
        let entries = queues.into_iter().zip(redrives).map(entry).collect();
        Ok(Self { account: Arc::new(Account::new(entries)) })
    }

    /// Returns the queue with this name.
    pub fn queue(&self, name: &str) -> Option<FifoQueue> {
        let index = self.account.queues.iter().position(|queue| queue.options.name == name)?;
        Some(FifoQueue::new(Arc::clone(&self.account), index))
    }

    /// Makes the HTTP endpoint answer everything with 503, until switched back. Direct calls of
    /// [`FifoQueue`] go on working: the queues are there, only not reachable.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.account.unavailable.store(unavailable, Ordering::SeqCst);
    }

    pub(crate) fn is_unavailable(&self) -> bool {
        self.account.unavailable.load(Ordering::SeqCst)
    }
}

/// Finds the queue that a redrive policy names among the others.
fn redrive_target(queues: &[QueueOptions], index: usize) -> Result<Option<(usize, u32)>, SqsError> {
    let options = &queues[index];
    let Some(policy) = &options.redrive else { return Ok(None) };
    match queues.iter().position(|other| other.name == policy.target) {
        Some(target) if target != index => Ok(Some((target, policy.max_receive_count))),
        _ => {
            let target = &policy.target;
            let reason = format!("its redrive target {target} must be another queue of the list");
            Err(options.invalid(&reason))
        }
    }
}
