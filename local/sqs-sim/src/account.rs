//! The state that all handles to the queues of one account share.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::queue_options::QueueOptions;
use crate::queue_state::QueueState;

/// The queues of an account.
#[derive(Debug)]
pub(crate) struct Account {
    pub queues: Vec<QueueEntry>,
    /// One lock for all queues, so that a redrive is one step: a message is never seen in neither
    /// queue, nor in both.
    states: Mutex<Vec<QueueState>>,
    pub clock: Clock,
    /// Set while the HTTP endpoint answers 503.
    pub unavailable: AtomicBool,
}

/// One queue, without its messages.
#[derive(Debug)]
pub(crate) struct QueueEntry {
    pub options: QueueOptions,
    /// Index of the redrive target with the maximum receive count.
    pub redrive: Option<(usize, u32)>,
    /// Wakes long polls when something may have become receivable.
    pub changed: Notify,
}

impl Account {
    pub(crate) fn new(queues: Vec<QueueEntry>) -> Self {
        let states = queues.iter().map(|_| QueueState::default()).collect();
        Self {
            queues,
            states: Mutex::new(states),
            clock: Clock::start(),
            unavailable: AtomicBool::new(false),
        }
    }

    pub(crate) fn states(&self) -> MutexGuard<'_, Vec<QueueState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
