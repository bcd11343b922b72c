//! One invocation of a function with one batch.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::message::ReceivedMessage;
use crate::queue::FifoQueue;

/// The error of a function.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// Runs the function, then deletes the messages that did not fail.
pub(crate) async fn run<H, F>(
    queue: FifoQueue,
    batch: Vec<ReceivedMessage>,
    handler: H,
    limit: Duration,
) where
    H: Fn(Vec<ReceivedMessage>) -> F + Send + 'static,
    F: Future<Output = Result<Vec<String>, HandlerError>> + Send + 'static,
{
    let event = batch.clone();
    let failed = match call(async move { handler(event).await }, limit).await {
        Ok(failed) => failed,
        Err(reason) => {
            tracing::warn!(queue = queue.name(), messages = batch.len(), reason, "batch failed");
            return;
        }
    };
    let Some(succeeded) = succeeded(&batch, &failed) else {
        tracing::warn!(queue = queue.name(), ?failed, "batch failed: an id that it did not hold");
        return;
    };
    for received in succeeded {
        if let Err(error) = queue.delete(&received.receipt_handle) {
            let message = &received.message.id;
            tracing::warn!(queue = queue.name(), message, %error, "not deleted: comes again");
        }
    }
}

/// Runs a function as Lambda does: its panic is its own, and its time is limited.
async fn call<F>(function: F, limit: Duration) -> Result<Vec<String>, String>
where
    F: Future<Output = Result<Vec<String>, HandlerError>> + Send + 'static,
{
    // A task of its own contains a panic; the set aborts it when this future is dropped.
    let mut task = JoinSet::new();
    task.spawn(function);
    match timeout(limit, task.join_next()).await {
        Ok(Some(Ok(answer))) => answer.map_err(|error| error.to_string()),
        Ok(Some(Err(error))) => Err(error.to_string()),
        Ok(None) => Err("the function did not run".to_owned()),
        Err(_) => {
            task.shutdown().await;
            Err(format!("the function took longer than {limit:?}"))
        }
    }
}

/// Returns the messages that did not fail; `None` if the whole batch did, because an id is empty or
/// not of this batch (Lambda developer guide, "Implementing partial batch responses").
fn succeeded<'a>(
    batch: &'a [ReceivedMessage],
    failed: &[String],
) -> Option<Vec<&'a ReceivedMessage>> {
    let failed: HashSet<&str> = failed.iter().map(String::as_str).collect();
    let (failing, succeeded): (Vec<_>, Vec<_>) =
        batch.iter().partition(|received| failed.contains(received.message.id.as_str()));
    (failing.len() == failed.len()).then_some(succeeded)
}
