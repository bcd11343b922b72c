//! Work in order within a session, and at the same time across sessions.

use std::collections::HashMap;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// One queue per session.
#[derive(Debug)]
pub(crate) struct SessionQueues<T>(HashMap<String, UnboundedSender<T>>);

impl<T> Default for SessionQueues<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> SessionQueues<T> {
    /// Appends an item to the queue of a session; `start_worker` gets the items of a new queue.
    pub(crate) fn push(
        &mut self,
        session: &str,
        item: T,
        start_worker: impl FnOnce(UnboundedReceiver<T>),
    ) {
        let queue = self.0.entry(session.to_owned()).or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            start_worker(receiver);
            sender
        });
        // Nobody receives once the server has stopped.
        queue.send(item).ok();
    }
}
