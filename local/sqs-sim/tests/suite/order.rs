//! Order within a group, blocking of a group, and the order of groups.

use std::time::Duration;

use sqs_sim::QueueOptions;

use crate::support::{bodies, queue, queue_with, receive_bodies, send_all};

#[tokio::test]
async fn a_batch_holds_one_group_before_the_next_in_order_and_ten_at_most() {
    let queue = queue();
    send_all(&queue, &["a1", "b1", "a2", "c1", "b2", "a3", "d1", "e1", "f1", "g1", "h1"]);
    let received = queue.receive(100, None);
    let expected = ["a1", "a2", "a3", "b1", "b2", "c1", "d1", "e1", "f1", "g1"];
    assert_eq!(bodies(&received), expected);
}

#[tokio::test]
async fn a_group_is_blocked_while_any_of_its_messages_is_in_flight() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "a3", "b1"]);
    let first = queue.receive(2, None);
    assert_eq!(bodies(&first), ["a1", "a2"]);
    assert_eq!(receive_bodies(&queue), ["b1"], "another group goes on");

    queue.delete(&first[0].receipt_handle).unwrap();
    assert!(receive_bodies(&queue).is_empty(), "a2 is still in flight");
    queue.delete(&first[1].receipt_handle).unwrap();
    assert_eq!(receive_bodies(&queue), ["a3"]);
}

#[tokio::test]
async fn a_returned_message_waits_for_the_rest_of_its_group_and_keeps_its_place() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "a3"]);
    let first = queue.receive(2, None);
    queue.change_visibility(&first[0].receipt_handle, Duration::ZERO).unwrap();
    assert!(receive_bodies(&queue).is_empty(), "a2 is still in flight");
    queue.change_visibility(&first[1].receipt_handle, Duration::ZERO).unwrap();
    assert_eq!(receive_bodies(&queue), ["a1", "a2", "a3"]);
}

#[tokio::test(start_paused = true)]
async fn a_deferred_message_blocks_its_group_and_no_other_until_its_visibility_ends() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "b1"]);
    let first = queue.receive(2, None);
    queue.change_visibility(&first[0].receipt_handle, Duration::from_mins(5)).unwrap();
    queue.change_visibility(&first[1].receipt_handle, Duration::from_secs(1)).unwrap();
    send_all(&queue, &["a3", "b2"]);
    tokio::time::advance(Duration::from_secs(299)).await;
    assert_eq!(receive_bodies(&queue), ["b1", "b2"], "a2 is visible, and behind a1");
    assert_eq!((queue.depth().in_flight, queue.depth().visible), (3, 2));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(receive_bodies(&queue), ["a1", "a2", "a3"]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_holds_every_message_back_and_lets_it_go_in_order() {
    let queue = queue_with(QueueOptions::new("q.fifo").delay(Duration::from_secs(5)));
    send_all(&queue, &["a1"]);
    tokio::time::advance(Duration::from_secs(3)).await;
    send_all(&queue, &["a2", "b1"]);
    assert!(receive_bodies(&queue).is_empty());
    assert_eq!(queue.depth().delayed, 3);

    tokio::time::advance(Duration::from_secs(2)).await;
    let first = queue.receive(10, None);
    assert_eq!(bodies(&first), ["a1"]);
    queue.delete(&first[0].receipt_handle).unwrap();
    assert!(receive_bodies(&queue).is_empty(), "a2 has its own five seconds");

    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(receive_bodies(&queue), ["a2", "b1"]);
}

#[tokio::test]
async fn sequence_numbers_have_twenty_digits_and_grow() {
    let queue = queue();
    send_all(&queue, &["a1", "b1", "a2"]);
    let queued = queue.messages();
    let numbers: Vec<_> = queued.iter().map(|queued| &queued.message.sequence_number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    assert!(numbers.iter().all(|number| number.len() == 20));
}
