//! Long polling: it ends when there is something, and not before, and not much later.

use std::time::Duration;

use sqs_sim::{FifoQueue, QueueOptions, ReceivedMessage};
use tokio::time::Instant;

use crate::support::{VISIBILITY, bodies, queue, queue_with, send_all};

/// Starts to wait for messages; the task returns them and the time it took.
async fn wait(
    queue: &FifoQueue,
    longest: Duration,
) -> tokio::task::JoinHandle<(Vec<ReceivedMessage>, Duration)> {
    let queue = queue.clone();
    let started = Instant::now();
    let task = tokio::spawn(async move {
        let received = queue.receive_wait(10, None, longest).await;
        (received, started.elapsed())
    });
    tokio::task::yield_now().await;
    task
}

/// With paused time a waiter that is woken only by its own deadline shows in the elapsed time.
fn assert_after(elapsed: Duration, seconds: u64) {
    let late = elapsed.checked_sub(Duration::from_secs(seconds));
    assert!(late.is_some_and(|late| late < Duration::from_millis(5)), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_queue_answers_when_the_wait_is_over_after_twenty_seconds_at_most() {
    for (asked, seconds) in [(Duration::from_secs(3), 3), (Duration::MAX, 20)] {
        let (received, elapsed) = wait(&queue(), asked).await.await.unwrap();
        assert!(received.is_empty());
        assert_after(elapsed, seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_a_message_can_be_received() {
    type Change = fn(&FifoQueue, &[ReceivedMessage]);
    // At first a1 is in flight and a2 behind it.
    let cases: [(&str, Change, &str, u64); 4] = [
        ("a send", |queue, _| send_all(queue, &["b1"]), "b1", 0),
        ("a delete", |queue, a1| queue.delete(&a1[0].receipt_handle).unwrap(), "a2", 0),
        (
            "a deferral",
            |queue, a1| {
                let until = Duration::from_secs(7);
                queue.change_visibility(&a1[0].receipt_handle, until).unwrap();
            },
            "a1",
            7,
        ),
        (
            "a return",
            |queue, a1| queue.change_visibility(&a1[0].receipt_handle, Duration::ZERO).unwrap(),
            "a1",
            0,
        ),
    ];
    for (name, change, expected, seconds) in cases {
        let queue = queue();
        send_all(&queue, &["a1", "a2"]);
        let first = queue.receive(1, Some(VISIBILITY));
        let waiting = wait(&queue, Duration::from_secs(20)).await;
        change(&queue, &first);
        let (received, elapsed) = waiting.await.unwrap();
        assert_eq!(bodies(&received)[0], expected, "{name}");
        assert_after(elapsed, seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_delay_wakes() {
    let queue = queue_with(QueueOptions::new("q.fifo").delay(Duration::from_secs(5)));
    send_all(&queue, &["a1"]);
    let (received, elapsed) = wait(&queue, Duration::from_secs(20)).await.await.unwrap();
    assert_eq!(bodies(&received), ["a1"]);
    assert_after(elapsed, 5);
}

#[tokio::test(start_paused = true)]
async fn of_two_waits_only_one_gets_the_message_and_giving_up_loses_none() {
    let queue = queue();
    let longest = Duration::from_secs(20);
    let gone = wait(&queue, longest).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let (one, two) = (wait(&queue, longest).await, wait(&queue, longest).await);
    send_all(&queue, &["a1"]);
    let (one, two) = (one.await.unwrap().0, two.await.unwrap().0);
    assert_eq!(bodies(&[one, two].concat()), ["a1"]);
}
