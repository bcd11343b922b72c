//! The log lines of this process, as they come: kept for a while, and passed on live.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::broadcast;

/// Lines that are kept for a page that is opened later.
const KEPT: usize = 10_000;

/// Lines that a slow reader may lag behind before some are lost to it.
const BACKLOG: usize = 2_048;

/// The log lines of this process.
#[derive(Debug)]
pub struct Live {
    kept: Mutex<VecDeque<Arc<str>>>,
    sender: broadcast::Sender<Arc<str>>,
}

impl Live {
    /// Returns the one of this process, as there is one log.
    pub fn of_process() -> &'static Self {
        static LIVE: OnceLock<Live> = OnceLock::new();
        LIVE.get_or_init(|| Self {
            kept: Mutex::default(),
            sender: broadcast::Sender::new(BACKLOG),
        })
    }

    /// Adds a line of the log, which is JSON.
    pub fn push(&self, line: &str) {
        let line: Arc<str> = line.into();
        let mut kept = self.lock();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(line.clone());
        // Nobody may be listening.
        let _ = self.sender.send(line);
    }

    /// Returns the lines so far, and a receiver of those that follow.
    pub fn subscribe(&self) -> (Vec<Arc<str>>, broadcast::Receiver<Arc<str>>) {
        let kept = self.lock();
        (kept.iter().cloned().collect(), self.sender.subscribe())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<str>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_kept_and_passed_on() {
        let live = Live { kept: Mutex::default(), sender: broadcast::Sender::new(8) };
        live.push("1");
        let (kept, mut following) = live.subscribe();
        live.push("2");
        assert_eq!(kept, ["1".into()]);
        assert_eq!(&*following.recv().await.unwrap(), "2");
        for _ in 0..=KEPT {
            live.push("3");
        }
        assert_eq!(live.subscribe().0.len(), KEPT);
    }
}
