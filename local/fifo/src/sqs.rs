//! All queues of one account.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::options::{ConfigError, QueueOptions};
use crate::queue::Queue;
use crate::shelf::Shelf;

/// The account number of everything local, as emulators of AWS commonly use.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The region in ARNs.
pub(crate) const REGION: &str = "us-east-1";

/// The ARN of a queue of this account.
pub(crate) fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The queues of one account. A clone is another handle to the same queues.
#[derive(Debug, Clone)]
pub struct Sqs {
    account: Arc<Account>,
}

/// What all handles share.
#[derive(Debug)]
pub(crate) struct Account {
    pub queues: Vec<Slot>,
    /// One lock for all queues, so that a redrive is one step: a message is never seen in neither
    /// queue, nor in both.
    shelves: Mutex<Vec<Shelf>>,
    pub clock: Clock,
    failing: AtomicBool,
}

/// One queue, without its messages.
#[derive(Debug)]
pub(crate) struct Slot {
    pub options: QueueOptions,
    /// Index of the redrive target with the maximum receive count.
    pub redrive: Option<(usize, u32)>,
    /// Wakes long polls when something may have become receivable.
    pub changed: Notify,
}

impl Account {
    pub(crate) fn shelves(&self) -> MutexGuard<'_, Vec<Shelf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sqs {
    /// Creates the queues, empty.
    ///
    /// # Errors
    /// What `CreateQueue` would refuse: see [`ConfigError`].
    pub fn new(queues: Vec<QueueOptions>) -> Result<Self, ConfigError> {
        let redrives: Vec<_> =
            (0..queues.len()).map(|index| check(&queues, index)).collect::<Result<_, _>>()?;
        let shelves = queues.iter().map(|_| Shelf::default()).collect();
        let slot = |(options, redrive)| Slot { options, redrive, changed: Notify::new() };
        let account = Account {
            queues: queues.into_iter().zip(redrives).map(slot).collect(),
            shelves: Mutex::new(shelves),
            clock: Clock::start(),
            failing: AtomicBool::new(false),
        };
        Ok(Self { account: Arc::new(account) })
    }

    /// The queue with this name.
    pub fn queue(&self, name: &str) -> Option<Queue> {
        let index = self.account.queues.iter().position(|slot| slot.options.name == name)?;
        Some(Queue::new(Arc::clone(&self.account), index))
    }

    /// The names of all queues, in the order of their creation.
    pub fn queue_names(&self) -> Vec<String> {
        self.account.queues.iter().map(|slot| slot.options.name.clone()).collect()
    }

    /// Makes the HTTP endpoint answer everything with 503, until switched back. Direct calls of
    /// [`Queue`] go on working: the queues are there, only not reachable.
    pub fn fail_sends(&self, fail: bool) {
        self.account.failing.store(fail, Ordering::SeqCst);
    }

    pub(crate) fn is_failing(&self) -> bool {
        self.account.failing.load(Ordering::SeqCst)
    }
}

/// Holds one queue against the limits and against the others; gives its redrive rule.
fn check(queues: &[QueueOptions], index: usize) -> Result<Option<(usize, u32)>, ConfigError> {
    let options = &queues[index];
    options.check()?;
    if queues[..index].iter().any(|other| other.name == options.name) {
        return Err(ConfigError::Duplicate(options.name.clone()));
    }
    let Some(rule) = &options.redrive else { return Ok(None) };
    match queues.iter().position(|other| other.name == rule.target) {
        Some(target) if target != index => Ok(Some((target, rule.max_receive_count))),
        _ => Err(ConfigError::RedriveTarget {
            queue: options.name.clone(),
            target: rule.target.clone(),
        }),
    }
}
