//! A mapping at work, for the tests of the mapping.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fifo::{HandlerError, Mapping, MappingError, Queue, Received};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::bodies;

pub(crate) type Answer = Result<Vec<String>, HandlerError>;

pub(crate) fn mapping(queue: &Queue) -> Mapping {
    Mapping {
        queue: queue.clone(),
        batch_size: 10,
        max_concurrency: 5,
        function_timeout: Duration::from_secs(10),
    }
}

/// A mapping that runs until it is told to stop.
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), MappingError>>,
}

impl Running {
    pub(crate) fn start<H, F>(mapping: Mapping, handler: H) -> Self
    where
        H: Fn(Vec<Received>) -> F + Clone + Send + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap_or_default() };
        Self { stop, task: tokio::spawn(mapping.run(handler, shutdown)) }
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// Everything a handler saw, batch by batch.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<Vec<String>>>>);

impl Seen {
    pub(crate) fn add(&self, batch: &[Received]) {
        let bodies = bodies(batch).into_iter().map(str::to_owned).collect();
        self.0.lock().unwrap().push(bodies);
    }

    pub(crate) fn all(&self) -> Vec<Vec<String>> {
        self.0.lock().unwrap().clone()
    }
}
