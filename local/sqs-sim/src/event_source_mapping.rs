//! Lambda's event source mapping: polls a queue and invokes a function with what it finds.
//!
//! As for an SQS FIFO queue with `ReportBatchItemFailures`: messages of different groups are in
//! several invocations at once, up to the maximum concurrency. That no group is ever in two needs
//! nothing here: the queue does not hand it out twice.

use std::pin::pin;
use std::time::Duration;

use thiserror::Error as ThisError;
use tokio::task::JoinSet;

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

/// A reason why Lambda would not create such a mapping.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum MappingError {
    /// The batch size is out of range.
    #[error("mapping of {queue}: the batch size is {batch_size}, it must be between 1 and 10")]
    BatchSize {
        /// Name of the queue.
        queue: String,
        /// The size asked for.
        batch_size: usize,
    },
    /// No invocation would ever be allowed.
    #[error("mapping of {queue}: the maximum concurrency must be at least 1")]
    Concurrency {
        /// Name of the queue.
        queue: String,
    },
    /// The function may run longer than its messages stay hidden.
    #[error(
        "mapping of {queue}: the queue's visibility timeout ({visibility:?}) is less than the \
         function's timeout ({function:?}): raise the first or lower the second"
    )]
    Timeout {
        /// Name of the queue.
        queue: String,
        /// The queue's visibility timeout.
        visibility: Duration,
        /// The function's timeout.
        function: Duration,
    },
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
    /// [`MappingError`], at once, for a mapping that Lambda would not create.
    pub async fn run<H, F>(
        self,
        handler: H,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), MappingError>
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

    fn validate(&self) -> Result<(), MappingError> {
        let queue = self.queue.name().to_owned();
        let visibility = self.queue.options().visibility;
        if !(1..=MAX_RECEIVE).contains(&self.batch_size) {
            return Err(MappingError::BatchSize { queue, batch_size: self.batch_size });
        }
        if self.max_concurrency == 0 {
            return Err(MappingError::Concurrency { queue });
        }
        if self.function_timeout > visibility {
            let function = self.function_timeout;
            return Err(MappingError::Timeout { queue, visibility, function });
        }
        Ok(())
    }
}
