//! One invocation of a function with one batch.

use std::collections::HashSet;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::HandlerError;
use crate::message::Received;
use crate::queue::Queue;

/// Runs the function, then deletes what it dealt with.
pub(super) async fn run<H, F>(queue: Queue, batch: Vec<Received>, handler: H, limit: Duration)
where
    H: Fn(Vec<Received>) -> F + Send + 'static,
    F: Future<Output = Result<Vec<String>, HandlerError>> + Send + 'static,
{
    let function = batch.clone();
    let failed = match call(async move { handler(function).await }, limit).await {
        Ok(failed) => failed,
        Err(reason) => {
            tracing::warn!(queue = queue.name(), messages = batch.len(), reason, "batch failed");
            return;
        }
    };
    let Some(done) = done(&batch, &failed) else {
        tracing::warn!(queue = queue.name(), ?failed, "batch failed: an id it did not hold");
        return;
    };
    for received in done {
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

/// The messages that did not fail; `None` if the whole batch did, because an id is empty or not of
/// this batch (Lambda developer guide, "Reporting batch item failures").
fn done<'a>(batch: &'a [Received], failed: &[String]) -> Option<Vec<&'a Received>> {
    let failed: HashSet<&str> = failed.iter().map(String::as_str).collect();
    let (failing, done): (Vec<_>, Vec<_>) =
        batch.iter().partition(|received| failed.contains(received.message.id.as_str()));
    (failing.len() == failed.len()).then_some(done)
}
