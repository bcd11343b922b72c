//! Helpers of several tests.

use std::time::Duration;

use sqs_sim::{FifoQueue, NewMessage, QueueOptions, ReceivedMessage, Sqs};

pub(crate) const VISIBILITY: Duration = Duration::from_secs(30);

/// Creates a queue in an account of its own, called `q.fifo`, with 30 s of visibility.
pub(crate) fn queue() -> FifoQueue {
    queue_with(QueueOptions::new("q.fifo"))
}

pub(crate) fn queue_with(options: QueueOptions) -> FifoQueue {
    let name = options.name.clone();
    Sqs::new(vec![options]).unwrap().queue(&name).unwrap()
}

/// Creates a message whose body is also its deduplication id.
pub(crate) fn message(group: &str, body: &str) -> NewMessage {
    NewMessage {
        body: body.to_owned(),
        group: group.to_owned(),
        deduplication_id: body.to_owned(),
        ..NewMessage::default()
    }
}

/// Sends to the group that is the first character of each body.
pub(crate) fn send_all(queue: &FifoQueue, bodies: &[&str]) {
    for body in bodies {
        queue.send(message(&body[..1], body)).unwrap();
    }
}

pub(crate) fn bodies(received: &[ReceivedMessage]) -> Vec<&str> {
    received.iter().map(|received| received.message.body.as_str()).collect()
}

/// Receives up to ten messages, at once, and returns their bodies.
pub(crate) fn receive_bodies(queue: &FifoQueue) -> Vec<String> {
    queue.receive(10, None).into_iter().map(|received| received.message.body).collect()
}
