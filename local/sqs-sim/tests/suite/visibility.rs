//! Receipt handles and visibility timeouts.

use std::time::Duration;

use sqs_sim::{ErrorKind, MessageState, QueueDepth};

use crate::support::{VISIBILITY, bodies, queue, receive_bodies, send_all};

#[tokio::test(start_paused = true)]
async fn a_message_comes_again_when_its_visibility_is_over() {
    let queue = queue();
    send_all(&queue, &["a1", "a2"]);
    let first = queue.receive(1, None);
    tokio::time::advance(Duration::from_millis(29_999)).await;
    assert!(receive_bodies(&queue).is_empty());

    tokio::time::advance(Duration::from_millis(1)).await;
    let second = queue.receive(10, None);
    assert_eq!(bodies(&second), ["a1", "a2"]);
    assert_eq!(second[0].message.id, first[0].message.id);
    assert_ne!(second[0].receipt_handle, first[0].receipt_handle);
}

#[tokio::test(start_paused = true)]
async fn receives_are_counted_and_dated() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    tokio::time::advance(Duration::from_secs(2)).await;
    let first = queue.receive(1, None).remove(0).message;
    tokio::time::advance(VISIBILITY).await;
    let second = queue.receive(1, None).remove(0).message;

    assert_eq!((first.receive_count, second.receive_count), (1, 2));
    assert_eq!(first.first_received_ms, Some(first.sent_ms + 2000));
    assert_eq!(second.first_received_ms, first.first_received_ms);
    assert_eq!(second.sent_ms, first.sent_ms);
}

#[tokio::test(start_paused = true)]
async fn an_expired_handle_deletes_nothing() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let stale = queue.receive(1, None).remove(0).receipt_handle;
    let is_expired = |result: Result<(), sqs_sim::SqsError>, state: &str| {
        assert!(result.unwrap_err().message.ends_with("handle has expired."), "{state}");
    };
    tokio::time::advance(VISIBILITY).await;
    is_expired(queue.delete(&stale), "visible again");
    let fresh = queue.receive(1, None).remove(0).receipt_handle;
    is_expired(queue.delete(&stale), "in flight with another handle");
    is_expired(queue.change_visibility(&stale, Duration::ZERO), "in flight with another handle");
    assert_eq!(queue.depth().in_flight, 1);
    queue.delete(&fresh).unwrap();
    assert!(queue.messages().is_empty());
}

#[tokio::test]
async fn deleting_twice_is_fine_but_a_deleted_message_has_no_visibility() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let handle = queue.receive(1, None).remove(0).receipt_handle;
    queue.delete(&handle).unwrap();
    queue.delete(&handle).unwrap();
    let change = queue.change_visibility(&handle, Duration::from_secs(1));
    assert!(change.unwrap_err().message.contains("Message does not exist"));
    for handle in ["", "nonsense", "cS5maWZvIDEgbm90LWEtdXVpZA=="] {
        let error = queue.delete(handle).unwrap_err();
        assert_eq!(error.kind, ErrorKind::ReceiptHandleIsInvalid, "never issued: {handle}");
    }
}

#[tokio::test(start_paused = true)]
async fn visibility_can_be_prolonged_up_to_twelve_hours_since_the_receive() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    let handle = queue.receive(1, None).remove(0).receipt_handle;
    queue.change_visibility(&handle, Duration::from_mins(1)).unwrap();
    tokio::time::advance(VISIBILITY).await;
    assert!(receive_bodies(&queue).is_empty());

    let twelve_hours = Duration::from_hours(12);
    let too_long = queue.change_visibility(&handle, twelve_hours).unwrap_err();
    assert!(too_long.message.contains("beyond the limit [43200 seconds]"), "{too_long}");
    queue.change_visibility(&handle, twelve_hours.checked_sub(VISIBILITY).unwrap()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_receive_may_choose_its_own_visibility() {
    let queue = queue();
    send_all(&queue, &["a1"]);
    queue.receive(1, Some(Duration::from_secs(3)));
    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(queue.receive(1, Some(Duration::ZERO)).len(), 1);
    assert_eq!(receive_bodies(&queue), ["a1"], "zero seconds hide nothing");
}

#[tokio::test]
async fn depth_and_messages_show_without_receiving() {
    let queue = queue();
    send_all(&queue, &["a1", "a2", "b1"]);
    queue.receive(1, None);
    assert_eq!(queue.depth(), QueueDepth { visible: 2, delayed: 0, in_flight: 1 });
    let states: Vec<_> = queue.messages().into_iter().map(|queued| queued.state).collect();
    assert_eq!(states, [MessageState::InFlight, MessageState::Visible, MessageState::Visible]);
    assert_eq!(queue.messages()[2].message.receive_count, 0);
    assert_eq!(receive_bodies(&queue), ["b1"]);
}
