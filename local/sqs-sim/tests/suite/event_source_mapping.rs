//! The event source mapping: deletions, retries, concurrency, shutdown.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqs_sim::{EventSourceMapping, FifoQueue, HandlerError, ReceivedMessage};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::support::{VISIBILITY, bodies, queue, send_all};

type HandlerResult = Result<Vec<String>, HandlerError>;

fn mapping(queue: &FifoQueue) -> EventSourceMapping {
    EventSourceMapping {
        queue: queue.clone(),
        batch_size: 10,
        max_concurrency: 5,
        function_timeout: Duration::from_secs(10),
    }
}

/// Runs a mapping until `stop` is notified.
fn run<H, F>(mapping: EventSourceMapping, handler: H) -> (Arc<Notify>, JoinHandle<()>)
where
    H: Fn(Vec<ReceivedMessage>) -> F + Clone + Send + 'static,
    F: Future<Output = HandlerResult> + Send + 'static,
{
    let stop = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop);
    let task = tokio::spawn(async move {
        mapping.run(handler, async move { stopped.notified().await }).await.unwrap();
    });
    (stop, task)
}

/// The batches that a handler got, each with its bodies and the seconds since the start.
#[derive(Clone)]
struct Batches {
    started: Instant,
    seen: Arc<Mutex<Vec<(u64, String)>>>,
}

impl Batches {
    fn new() -> Self {
        Self { started: Instant::now(), seen: Arc::default() }
    }

    /// Records a batch; returns whether it is the first.
    fn is_first(&self, batch: &[ReceivedMessage]) -> bool {
        let mut seen = self.seen.lock().unwrap();
        seen.push((self.started.elapsed().as_secs(), bodies(batch).join(" ")));
        seen.len() == 1
    }

    fn all(&self) -> Vec<(u64, String)> {
        self.seen.lock().unwrap().clone()
    }
}

/// Runs a handler that answers with `answer` to the first batch and with success from then on.
/// Returns the batches until the queue is empty, with the second of each.
async fn batches_until_empty(
    queue: &FifoQueue,
    answer: impl Fn(&FifoQueue, &[ReceivedMessage]) -> HandlerResult + Clone + Send + 'static,
) -> Vec<(u64, String)> {
    let batches = Batches::new();
    let handler = {
        let (batches, queue) = (batches.clone(), queue.clone());
        move |batch: Vec<ReceivedMessage>| {
            let (is_first, answer, queue) =
                (batches.is_first(&batch), answer.clone(), queue.clone());
            async move { if is_first { answer(&queue, &batch) } else { Ok(Vec::new()) } }
        }
    };
    let (stop, task) = run(mapping(queue), handler);
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if queue.messages().is_empty() {
            break;
        }
    }
    stop.notify_one();
    task.await.unwrap();
    batches.all()
}

fn batch(second: u64, bodies: &str) -> (u64, String) {
    (second, bodies.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_failed_message_comes_again_when_its_visibility_timeout_ends() {
    let queue = queue();
    send_all(&queue, &["a1", "b1", "c1"]);
    let seen = batches_until_empty(&queue, |_, batch| Ok(vec![batch[1].message.id.clone()])).await;
    assert_eq!(seen, [batch(0, "a1 b1 c1"), batch(30, "b1")]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_message_keeps_the_visibility_timeout_that_the_function_set() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "b1"]);
    let seen = batches_until_empty(&queue, |queue, batch| {
        for (message, seconds) in batch.iter().zip([45, 45, 2]) {
            let timeout = Duration::from_secs(seconds);
            queue.change_visibility(&message.receipt_handle, timeout).unwrap();
        }
        Ok(batch.iter().map(|received| received.message.id.clone()).collect())
    });
    assert_eq!(seen.await, [batch(0, "a1 a2 b1"), batch(2, "b1"), batch(45, "a1 a2")]);
}

#[tokio::test(start_paused = true)]
async fn an_error_a_panic_or_an_unknown_id_fails_the_whole_batch() {
    let answers: [fn(&FifoQueue, &[ReceivedMessage]) -> HandlerResult; 4] = [
        |_, _| Err("out of order".into()),
        |_, _| panic!("in the handler"),
        |_, _| Ok(vec![String::new()]),
        |_, batch| Ok(vec![batch[0].message.id.clone(), "unknown".to_owned()]),
    ];
    for answer in answers {
        let queue = queue();
        send_all(&queue, &["a1", "b1"]);
        let seen = batches_until_empty(&queue, answer).await;
        assert_eq!(seen, [batch(0, "a1 b1"), batch(30, "a1 b1")]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_takes_too_long_is_aborted_and_its_batch_fails() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let finished = Arc::new(Mutex::new(false));
    let handler = {
        let finished = Arc::clone(&finished);
        move |_| {
            let finished = Arc::clone(&finished);
            async move {
                tokio::time::sleep(Duration::from_secs(11)).await;
                *finished.lock().unwrap() = true;
                Ok(Vec::new())
            }
        }
    };
    let (stop, task) = run(mapping(&queue), handler);
    tokio::time::sleep(VISIBILITY + Duration::from_secs(15)).await;
    stop.notify_one();
    task.await.unwrap();
    assert!(!*finished.lock().unwrap());
    assert_eq!(queue.messages()[0].message.receive_count, 2, "it came again");
}

#[tokio::test(start_paused = true)]
async fn groups_run_at_the_same_time_up_to_the_maximum_and_each_in_one_invocation() {
    for (bodies, max_concurrency, expected) in [
        (["a1", "a2", "b1", "c1"], 2, vec!["a1", "b1"]),
        (["a1", "a2", "a3", "b1"], 4, vec!["a1", "b1"]),
        (["a1", "b1", "c1", "d1"], 4, vec!["a1", "b1", "c1", "d1"]),
    ] {
        let queue = queue();
        send_all(&queue, &bodies);
        let batches = Batches::new();
        let running = batches.clone();
        let mapping = EventSourceMapping { batch_size: 1, max_concurrency, ..mapping(&queue) };
        let (_stop, task) = run(mapping, move |batch| {
            running.is_first(&batch);
            std::future::pending()
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        task.abort();
        let seen: Vec<_> = batches.all().into_iter().map(|(_, bodies)| bodies).collect();
        assert_eq!(seen, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_lets_running_invocations_end_and_starts_none() {
    let queue = queue();
    send_all(&queue, &["a1", "a2"]);
    let (stop, task) = run(EventSourceMapping { batch_size: 1, ..mapping(&queue) }, |_| async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        Ok(Vec::new())
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.notify_one();
    task.await.unwrap();
    let left = queue.messages();
    assert_eq!(left.len(), 1, "a1 was deleted, a2 was not touched");
    assert_eq!((left[0].message.body.as_str(), left[0].message.receive_count), ("a2", 0));
}

#[tokio::test]
async fn a_mapping_that_lambda_would_not_create_is_refused() {
    let queue = queue();
    let good = mapping(&queue);
    let bad = [
        (EventSourceMapping { batch_size: 11, ..good.clone() }, "batch size is 11"),
        (EventSourceMapping { max_concurrency: 0, ..good.clone() }, "at least 1"),
        (EventSourceMapping { function_timeout: VISIBILITY * 2, ..good }, "is less than"),
    ];
    for (mapping, part) in bad {
        let result = mapping.run(|_| async { Ok(Vec::new()) }, std::future::pending()).await;
        assert!(result.unwrap_err().message.contains(part));
    }
}
