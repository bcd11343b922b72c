//! The event source mapping: what is deleted, and what comes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fifo::{Queue, Received};

use crate::running::{Answer, Running, Seen, mapping};
use crate::support::{VISIBILITY, queue, send_all};

/// Runs a handler that answers with `answer` the first time and with success from then on. Tells
/// the batches seen until the queue is empty, in at most five minutes.
async fn batches_until_empty(
    queue: &Queue,
    answer: impl Fn(&[Received]) -> Answer + Clone + Send + 'static,
) -> Vec<Vec<String>> {
    let seen = Seen::default();
    let running = Running::start(mapping(queue), {
        let seen = seen.clone();
        move |batch: Vec<Received>| {
            seen.add(&batch);
            let (is_first, answer) = (seen.all().len() == 1, answer.clone());
            async move { if is_first { answer(&batch) } else { Ok(Vec::new()) } }
        }
    });
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if queue.messages().is_empty() {
            break;
        }
    }
    running.stop().await;
    seen.all()
}

#[tokio::test(start_paused = true)]
async fn what_succeeded_is_deleted_and_what_failed_comes_again() {
    let queue = queue();
    send_all(&queue, &["a1", "b1", "c1"]);
    let answer = |batch: &[Received]| Ok(vec![batch[1].message.id.clone()]);
    let seen = batches_until_empty(&queue, answer).await;
    assert_eq!(seen, [vec!["a1", "b1", "c1"], vec!["b1"]]);
}

#[tokio::test(start_paused = true)]
async fn an_error_a_panic_or_a_strange_id_fails_the_whole_batch() {
    let answers: [fn(&[Received]) -> Answer; 4] = [
        |_| Err("out of order".into()),
        |_| panic!("in the handler"),
        |_| Ok(vec![String::new()]),
        |batch| Ok(vec![batch[0].message.id.clone(), "unknown".to_owned()]),
    ];
    for answer in answers {
        let queue = queue();
        send_all(&queue, &["a1", "b1"]);
        let seen = batches_until_empty(&queue, answer).await;
        assert_eq!(seen, [["a1", "b1"], ["a1", "b1"]]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_takes_too_long_is_aborted_and_its_batch_fails() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let finished = Arc::new(AtomicUsize::new(0));
    let started = Arc::new(AtomicUsize::new(0));
    let running = Running::start(mapping(&queue), {
        let (started, finished) = (Arc::clone(&started), Arc::clone(&finished));
        move |_| {
            let (started, finished) = (Arc::clone(&started), Arc::clone(&finished));
            async move {
                started.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(11)).await;
                finished.fetch_add(1, Ordering::SeqCst);
                Ok(Vec::new())
            }
        }
    });
    tokio::time::sleep(VISIBILITY + Duration::from_secs(15)).await;
    running.stop().await;
    assert_eq!(started.load(Ordering::SeqCst), 2, "it came again after its visibility");
    assert_eq!(finished.load(Ordering::SeqCst), 0);
    assert_eq!(queue.messages()[0].message.receive_count, 2);
}
