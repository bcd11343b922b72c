//! A repeat within five minutes is dropped, and answered as if it had been the first.

use std::time::Duration;

use sqs_sim::{QueueOptions, Sqs};

use crate::support::{message, queue, receive_bodies};

#[tokio::test]
async fn a_repeat_is_dropped_and_gets_the_receipt_of_the_first() {
    let queue = queue();
    let first = queue.send(message("a", "a1")).unwrap();
    let mut repeat = message("b", "a1");
    repeat.body = "another text in another group".to_owned();
    assert_eq!(queue.send(repeat).unwrap(), first);
    assert_eq!(receive_bodies(&queue), ["a1"]);
}

#[tokio::test(start_paused = true)]
async fn the_interval_is_five_minutes_from_the_first_also_after_its_deletion() {
    let queue = queue();
    let first = queue.send(message("a", "a1")).unwrap();
    let received = queue.receive(1, None);
    queue.delete(&received[0].receipt_handle).unwrap();

    tokio::time::advance(Duration::from_secs(299)).await;
    assert_eq!(queue.send(message("a", "a1")).unwrap(), first);
    assert!(queue.messages().is_empty());

    tokio::time::advance(Duration::from_secs(1)).await;
    let second = queue.send(message("a", "a1")).unwrap();
    assert_ne!(second.message_id, first.message_id);
    assert_eq!(receive_bodies(&queue), ["a1"]);
}

#[tokio::test]
async fn each_queue_has_ids_of_its_own() {
    let sqs = Sqs::new(vec![QueueOptions::new("one.fifo"), QueueOptions::new("two.fifo")]).unwrap();
    let (one, two) = (sqs.queue("one.fifo").unwrap(), sqs.queue("two.fifo").unwrap());
    one.send(message("a", "a1")).unwrap();
    two.send(message("a", "a1")).unwrap();
    assert_eq!(receive_bodies(&two), ["a1"]);
}
