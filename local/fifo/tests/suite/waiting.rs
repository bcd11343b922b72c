//! Long polling: it ends when there is something, and not before, and not much later.

use std::time::Duration;

use fifo::{Queue, QueueOptions, Received};
use tokio::time::Instant;

use crate::support::{VISIBILITY, bodies, message, queue, queue_with, send_all};

const WAIT: Duration = Duration::from_secs(20);

/// Waits for messages in the background; tells them and how long it took.
async fn waiting(queue: &Queue) -> tokio::task::JoinHandle<(Vec<Received>, Duration)> {
    let queue = queue.clone();
    let started = Instant::now();
    let task = tokio::spawn(async move {
        let received = queue.receive_wait(10, WAIT).await;
        (received, started.elapsed())
    });
    tokio::task::yield_now().await;
    task
}

/// With paused time a waiter that is woken only by its own deadline shows in the elapsed time.
fn assert_after(elapsed: Duration, expected: Duration) {
    let late = elapsed.checked_sub(expected);
    assert!(late.is_some_and(|late| late < Duration::from_millis(5)), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_queue_answers_when_the_wait_is_over() {
    let (received, elapsed) = waiting(&queue()).await.await.unwrap();
    assert!(received.is_empty());
    assert_after(elapsed, WAIT);
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_never_longer_than_twenty_seconds() {
    let started = Instant::now();
    assert!(queue().receive_wait(1, Duration::MAX).await.is_empty());
    assert_after(started.elapsed(), WAIT);
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_received_at_once() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let (received, elapsed) = waiting(&queue).await.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_send_wakes() {
    let queue = queue();
    let task = waiting(&queue).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    queue.send(message("a", "a1")).unwrap();
    let (received, elapsed) = task.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_delay_wakes() {
    let queue = queue_with(QueueOptions::new("q.fifo").delay(Duration::from_secs(5)));
    send_all(&queue, &["a1"]);
    let (received, elapsed) = waiting(&queue).await.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_visibility_timeout_wakes() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    queue.receive(1, Some(Duration::from_secs(7)));
    let (received, elapsed) = waiting(&queue).await.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_frees_a_group_wakes() {
    let queue = queue();
    send_all(&queue, &["a1", "a2"]);
    let first = queue.receive(1, Some(VISIBILITY));
    let task = waiting(&queue).await;
    queue.delete(&first[0].receipt_handle).unwrap();
    let (received, elapsed) = task.await.unwrap();
    assert_eq!(bodies(&received), ["a2"]);
    assert_after(elapsed, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_returned_message_wakes() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let first = queue.receive(1, None);
    let task = waiting(&queue).await;
    queue.change_visibility(&first[0].receipt_handle, Duration::ZERO).unwrap();
    let (received, elapsed) = task.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn of_two_who_wait_only_one_gets_the_message_and_giving_up_loses_none() {
    let queue = queue();
    let gone = waiting(&queue).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let (one, two) = (waiting(&queue).await, waiting(&queue).await);
    send_all(&queue, &["a1"]);
    let (one, two) = (one.await.unwrap().0, two.await.unwrap().0);
    assert_eq!(bodies(&[one, two].concat()), ["a1"]);
}
