//! Messages that are received too often go to the dead-letter queue.

use std::time::Duration;

use sqs_sim::{FifoQueue, QueueOptions, Sqs};

use crate::support::{VISIBILITY, bodies, message, receive_bodies, send_all};

/// Creates `main.fifo` with a dead-letter queue after `max` receives, which has one of its own
/// after 1.
fn queues(max: u32) -> (FifoQueue, FifoQueue, FifoQueue) {
    let sqs = Sqs::new(vec![
        QueueOptions::new("main.fifo").redrive("parked.fifo", max),
        QueueOptions::new("parked.fifo").redrive("last.fifo", 1),
        QueueOptions::new("last.fifo"),
    ])
    .unwrap();
    (
        sqs.queue("main.fifo").unwrap(),
        sqs.queue("parked.fifo").unwrap(),
        sqs.queue("last.fifo").unwrap(),
    )
}

#[tokio::test(start_paused = true)]
async fn the_receive_after_the_last_allowed_moves_the_message() {
    for max in [1, 2, 1000] {
        let (main, parked, _) = queues(max);
        send_all(&main, &["a1"]);
        for _ in 0..max {
            assert_eq!(receive_bodies(&main), ["a1"]);
            tokio::time::advance(VISIBILITY).await;
        }
        assert!(parked.messages().is_empty(), "nothing moves before the next attempt");
        assert!(receive_bodies(&main).is_empty());
        assert!(main.messages().is_empty());
        assert_eq!(parked.depth().visible, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_moved_message_keeps_its_content_and_names_its_source() {
    let (main, parked, _) = queues(1);
    let mut new = message("a", "a1");
    new.attributes.insert("reason".to_owned(), "test".to_owned());
    main.send(new.clone()).unwrap();
    let before = main.receive(1, None).remove(0).message;
    tokio::time::advance(VISIBILITY).await;
    main.receive(1, None);

    let after = parked.receive(1, None).remove(0).message;
    assert_eq!((&after.id, after.sent_ms), (&before.id, before.sent_ms));
    assert_eq!((&after.body, &after.group), (&new.body, &new.group));
    assert_eq!(after.attributes, new.attributes);
    assert_eq!(after.receive_count, 2);
    let arn = &after.system_attributes()["DeadLetterQueueSourceArn"];
    assert_eq!(arn, "arn:aws:sqs:us-east-1:000000000000:main.fifo");
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_the_group_moves_up_within_the_same_receive() {
    let (main, parked, _) = queues(1);
    send_all(&main, &["a1", "a2", "b1"]);
    main.receive(1, None);
    tokio::time::advance(VISIBILITY).await;
    assert_eq!(receive_bodies(&main), ["a2", "b1"]);
    assert_eq!(receive_bodies(&parked), ["a1"]);
}

#[tokio::test(start_paused = true)]
async fn messages_behind_the_failing_one_are_counted_with_it_and_keep_their_order() {
    let (main, parked, last) = queues(1);
    send_all(&main, &["a1", "a2"]);
    assert_eq!(receive_bodies(&main), ["a1", "a2"]);
    tokio::time::advance(VISIBILITY).await;
    assert!(receive_bodies(&main).is_empty());
    assert_eq!(receive_bodies(&parked), ["a1", "a2"], "a dead-letter queue counts anew");
    assert!(last.messages().is_empty());
    tokio::time::advance(VISIBILITY).await;
    assert!(receive_bodies(&parked).is_empty());
    assert_eq!(receive_bodies(&last), ["a1", "a2"]);
}

#[tokio::test(start_paused = true)]
async fn a_move_is_never_dropped_as_a_duplicate_and_wakes_a_long_poll() {
    let (main, parked, _) = queues(1);
    send_all(&main, &["a1"]);
    send_all(&parked, &["a1"]);
    let earlier = parked.receive(1, None);
    parked.delete(&earlier[0].receipt_handle).unwrap();
    main.receive(1, None);
    tokio::time::advance(VISIBILITY).await;

    let waiting = tokio::spawn({
        let parked = parked.clone();
        async move { parked.receive_wait(10, None, Duration::from_secs(20)).await }
    });
    tokio::task::yield_now().await;
    let moved_at = tokio::time::Instant::now();
    main.receive(1, None);
    assert_eq!(bodies(&waiting.await.unwrap()), ["a1"]);
    assert!(moved_at.elapsed() < Duration::from_secs(1), "not only when the wait was over");
}
