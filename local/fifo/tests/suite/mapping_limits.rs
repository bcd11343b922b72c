//! The event source mapping: how much at once, when it stops, and what it refuses to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fifo::{Mapping, MappingError, Queue, Received};
use tokio::sync::Notify;

use crate::running::{Running, Seen, mapping};
use crate::support::{VISIBILITY, queue, send_all};

/// Starts a mapping whose invocations wait for a sign; tells how many run after a while.
async fn concurrent(queue: &Queue, max_concurrency: usize) -> usize {
    let inside = Arc::new(AtomicUsize::new(0));
    let go = Arc::new(Notify::new());
    let mapping = Mapping { batch_size: 1, max_concurrency, ..mapping(queue) };
    let running = Running::start(mapping, {
        let (inside, go) = (Arc::clone(&inside), Arc::clone(&go));
        move |_| {
            let (inside, go) = (Arc::clone(&inside), Arc::clone(&go));
            async move {
                inside.fetch_add(1, Ordering::SeqCst);
                go.notified().await;
                Ok(Vec::new())
            }
        }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let count = inside.load(Ordering::SeqCst);
    go.notify_waiters();
    running.stop().await;
    count
}

#[tokio::test(start_paused = true)]
async fn groups_run_at_the_same_time_up_to_the_maximum() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "b1", "c1"]);
    assert_eq!(concurrent(&queue, 2).await, 2);
}

#[tokio::test(start_paused = true)]
async fn one_group_is_never_in_two_invocations() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "a3", "b1"]);
    assert_eq!(concurrent(&queue, 4).await, 2, "a1 and b1");
}

#[tokio::test(start_paused = true)]
async fn shutdown_lets_running_invocations_end_and_starts_none() {
    let queue = queue();
    send_all(&queue, &["a1", "a2"]);
    let seen = Seen::default();
    let started = Arc::new(Notify::new());
    let running = Running::start(Mapping { batch_size: 1, ..mapping(&queue) }, {
        let (seen, started) = (seen.clone(), Arc::clone(&started));
        move |batch: Vec<Received>| {
            seen.add(&batch);
            let started = Arc::clone(&started);
            async move {
                started.notify_one();
                tokio::time::sleep(Duration::from_secs(5)).await;
                Ok(Vec::new())
            }
        }
    });
    started.notified().await;
    running.stop().await;
    assert_eq!(seen.all(), [["a1"]]);
    let left = queue.messages();
    assert_eq!(left.len(), 1, "a1 was deleted, a2 was not touched");
    assert_eq!((left[0].message.body.as_str(), left[0].message.receive_count), ("a2", 0));
}

#[tokio::test]
async fn a_mapping_that_lambda_would_not_create_is_refused() {
    let queue = queue();
    let good = mapping(&queue);
    let name = "q.fifo".to_owned();
    let bad = [
        (
            Mapping { batch_size: 11, ..good.clone() },
            MappingError::BatchSize { queue: name.clone(), batch_size: 11 },
        ),
        (
            Mapping { max_concurrency: 0, ..good.clone() },
            MappingError::Concurrency { queue: name.clone() },
        ),
        (
            Mapping { function_timeout: VISIBILITY * 2, ..good },
            MappingError::Timeout { queue: name, visibility: VISIBILITY, function: VISIBILITY * 2 },
        ),
    ];
    for (mapping, error) in bad {
        let result = mapping.run(|_| async { Ok(Vec::new()) }, std::future::pending()).await;
        assert_eq!(result, Err(error));
    }
}
