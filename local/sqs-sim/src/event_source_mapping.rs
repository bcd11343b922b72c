//! Lambda's event source mapping: polls a queue and invokes a function with what it finds.
//!
//! As for an SQS FIFO queue with `ReportBatchItemFailures`: messages of different groups are in
//! several invocations at once, up to the maximum concurrency. That no group is ever in two needs
//! nothing here: the queue does not hand it out twice.

use std::pin::pin;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::error::{ErrorKind, SqsError};
use crate::invocation::{self, HandlerError};
use crate::message::ReceivedMessage;
use crate::queue::{FifoQueue, MAX_RECEIVE};

/// Longest wait of one poll for messages.
const POLL: Duration = Duration::from_secs(20);

/// The connection of one queue to one function.
#[derive(Debug, Clone)]
pub struct EventSourceMapping {
    /// The queue to poll.
    pub queue: FifoQueue,
    /// Most messages in one invocation, 1 to 10.
    pub batch_size: usize,
    /// Most invocations at the same time (`MaximumConcurrency`), at least 1.
    pub max_concurrency: usize,
    /// An invocation that takes longer is aborted, and its whole batch failed. At most the queue's
    /// visibility timeout, or the messages would come again while the function still runs.
    pub function_timeout: Duration,
}

impl EventSourceMapping {
    /// Polls until `shutdown` is ready, then lets running invocations end.
    ///
    /// `handler` gets the messages of one batch, in order, and answers with the ids of those that
    /// failed. The others are deleted. A failed one is left as it is: it becomes visible again when
    /// its visibility timeout ends, be it the queue's or one that the function has set with
    /// `ChangeMessageVisibility` (Lambda developer guide, "Handling errors for an SQS event
    /// source": after the visibility timeout runs out, the message reappears in the queue; AWS's
    /// own messaging library for .NET defers failed messages that way, as
    /// `VisibilityTimeoutForBatchFailures`).
    ///
    /// An error, a panic, a timeout, or an empty or unknown id in the answer fails the whole batch.
    /// Dropping the future aborts everything at once.
    ///
    /// # Errors
    /// At once, for a mapping that Lambda would not create.
    pub async fn run<H, F>(
        self,
        handler: H,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), SqsError>
    where
        H: Fn(Vec<ReceivedMessage>) -> F + Clone + Send + 'static,
        F: Future<Output = Result<Vec<String>, HandlerError>> + Send + 'static,
    {
        self.validate()?;
        let mut running = JoinSet::new();
        {
            let mut polling = pin!(self.poll(handler, &mut running));
            let mut shutdown = pin!(shutdown);
            tokio::select! {
                biased;
                () = &mut shutdown => {}
                () = &mut polling => {}
            }
        }
        while running.join_next().await.is_some() {}
        Ok(())
    }

    /// Starts invocations, as many at a time as allowed, for ever. Can be dropped at any point: a
    /// batch that was received has been handed to its invocation.
    async fn poll<H, F>(&self, handler: H, running: &mut JoinSet<()>)
    where
        H: Fn(Vec<ReceivedMessage>) -> F + Clone + Send + 'static,
        F: Future<Output = Result<Vec<String>, HandlerError>> + Send + 'static,
    {
        loop {
            while running.len() >= self.max_concurrency {
                running.join_next().await;
            }
            let batch = self.queue.receive_wait(self.batch_size, None, POLL).await;
            if !batch.is_empty() {
                let (queue, handler) = (self.queue.clone(), handler.clone());
                running.spawn(invocation::run(queue, batch, handler, self.function_timeout));
            }
            while running.try_join_next().is_some() {}
        }
    }

    fn validate(&self) -> Result<(), SqsError> {
        let (function, visibility) = (self.function_timeout, self.queue.options().visibility);
        let reason = if !(1..=MAX_RECEIVE).contains(&self.batch_size) {
            format!("the batch size is {}, it must be between 1 and 10", self.batch_size)
        } else if self.max_concurrency == 0 {
            "the maximum concurrency must be at least 1".to_owned()
        } else if function > visibility {
            format!(
                "the queue's visibility timeout ({visibility:?}) is less than the function's \
                 timeout ({function:?}): raise the first or lower the second"
            )
        } else {
            return Ok(());
        };
        let message = format!("mapping of {}: {reason}", self.queue.name());
        Err(SqsError::new(ErrorKind::InvalidParameterValue, message))
    }
}
