//! The connection of a queue and a function, as Lambda's event source mapping makes it.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage, SqsMessageAttribute};
use bridge_engine::TIMEOUT;
use sqs_sim::{EventSourceMapping, FifoQueue, HandlerError, ReceivedMessage};
use tokio::sync::{Notify, watch};

use crate::handlers::Handler;
use crate::instances::Instances;
use crate::shutdown::stopped;

/// Most messages in an invocation, as many as a FIFO queue allows.
pub const BATCH: usize = 10;

/// Most invocations of a queue at a time; `MaximumConcurrency` in template.yaml.
pub const CONCURRENCY: usize = 100;

/// Feeds a queue's messages to a function's handler until the stack stops.
pub(crate) fn poll(
    handler: Handler,
    instances: &Arc<Instances>,
    queue: FifoQueue,
    kill_signal: &Arc<Notify>,
    stop: watch::Receiver<bool>,
) -> tokio::task::JoinHandle<()> {
    // An invocation is over before its messages come again.
    let timeout = TIMEOUT.min(queue.options().visibility.mul_f64(0.9));
    let mapping = EventSourceMapping {
        queue: queue.clone(),
        batch_size: BATCH,
        max_concurrency: CONCURRENCY,
        function_timeout: timeout,
    };
    let (instances, kill_signal) = (instances.clone(), kill_signal.clone());
    let invoke = move |received: Vec<ReceivedMessage>| {
        let (instances, queue, kill_signal) =
            (instances.clone(), queue.clone(), kill_signal.clone());
        async move {
            let event = event(&queue, received);
            let app = instances.take();
            let response = tokio::select! {
                response = handler.invoke(&app, &event, timeout) => response,
                () = kill_signal.notified() => return Err(HandlerError::from("killed")),
            };
            instances.give_back(app);
            let failed = response.batch_item_failures.into_iter();
            Ok::<_, HandlerError>(failed.map(|failure| failure.item_identifier).collect())
        }
    };
    tokio::spawn(async move {
        if let Err(error) = mapping.run(invoke, stopped(stop)).await {
            tracing::error!(function = handler.function.name, %error, "the queue is not read");
        }
    })
}

/// Wraps received messages as Lambda hands them to a function.
fn event(queue: &FifoQueue, received: Vec<ReceivedMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = received.into_iter().map(|received| record(queue, received)).collect();
    event
}

fn attribute(value: String) -> SqsMessageAttribute {
    let mut attribute = SqsMessageAttribute::default();
    attribute.string_value = Some(value);
    attribute.data_type = Some("String".to_owned());
    attribute
}

fn record(queue: &FifoQueue, received: ReceivedMessage) -> SqsMessage {
    let ReceivedMessage { message, receipt_handle } = received;
    let mut record = SqsMessage::default();
    record.md5_of_body = Some(message.md5_of_body());
    record.attributes = message
        .system_attributes()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    record.message_attributes =
        message.attributes.into_iter().map(|(name, value)| (name, attribute(value))).collect();
    record.message_id = Some(message.id);
    record.body = Some(message.body);
    record.receipt_handle = Some(receipt_handle);
    record.event_source = Some("aws:sqs".to_owned());
    record.event_source_arn = Some(queue.arn());
    record.aws_region = Some("local".to_owned());
    record
}
