//! From a request to the operation it names, and what all operations need.

use std::ops::RangeInclusive;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::{Fault, Kind};
use super::{queues, receipts, receive, send};
use crate::queue::Queue;
use crate::sqs::{ACCOUNT, Sqs};

/// What every operation answers.
pub(super) type Answer = Result<Value, Fault>;

/// Names the operation, after this prefix.
const TARGET: &str = "x-amz-target";
const TARGET_PREFIX: &str = "AmazonSQS.";

/// Performs the operation that the headers name with the parameters of the body.
pub(super) async fn perform(sqs: &Sqs, headers: &HeaderMap, body: &[u8]) -> Answer {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let operation = header(TARGET).and_then(|target| target.strip_prefix(TARGET_PREFIX));
    let host = header(HOST.as_str()).unwrap_or("127.0.0.1");
    match operation {
        Some("SendMessage") => send::one(sqs, parse(body)?),
        Some("SendMessageBatch") => send::batch(sqs, parse(body)?),
        Some("ReceiveMessage") => receive::receive(sqs, parse(body)?).await,
        Some("DeleteMessage") => receipts::delete(sqs, &parse(body)?),
        Some("DeleteMessageBatch") => receipts::delete_batch(sqs, &parse(body)?),
        Some("ChangeMessageVisibility") => receipts::change(sqs, &parse(body)?),
        Some("ChangeMessageVisibilityBatch") => receipts::change_batch(sqs, &parse(body)?),
        Some("GetQueueUrl") => queues::url(sqs, &parse(body)?, host),
        Some("GetQueueAttributes") => queues::attributes(sqs, &parse(body)?),
        Some("ListQueues") => queues::list(sqs, &parse(body)?, host),
        Some("PurgeQueue") => queues::purge(sqs, &parse(body)?),
        Some(other) => Err(Fault::new(
            Kind::UnsupportedOperation,
            format!("{other} is not part of this endpoint: its queues are fixed at start."),
        )),
        None => Err(Fault::new(
            Kind::UnknownOperation,
            format!("The header {TARGET} must name an operation: {TARGET_PREFIX}SendMessage"),
        )),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::new(Kind::Serialization, format!("The body is not valid: {error}")))
}

/// The queue that a `QueueUrl` names. Scheme and host do not matter: one machine has many names.
pub(super) fn queue(sqs: &Sqs, url: Option<&str>) -> Result<Queue, Fault> {
    let url = url.ok_or_else(|| Fault::missing("QueueUrl"))?;
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let Some((account, name)) = path.and_then(|(_, path)| path.split_once('/')) else {
        let message = format!("The address {url} is not valid for this endpoint.");
        return Err(Fault::new(Kind::InvalidAddress, message));
    };
    let found = if account == ACCOUNT { sqs.queue(name) } else { None };
    found.ok_or_else(no_such_queue)
}

pub(super) fn no_such_queue() -> Fault {
    Fault::new(Kind::QueueDoesNotExist, "The specified queue does not exist.")
}

/// A number of an allowed range, if it is given.
pub(super) fn in_range(
    parameter: &str,
    value: Option<i64>,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, Fault> {
    let Some(given) = value else { return Ok(None) };
    u32::try_from(given).ok().filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
        let (least, most) = range.into_inner();
        let reason = format!("Must be >= {least} and <= {most}, if provided.");
        Fault::invalid(parameter, given, &reason)
    })
}

/// A `VisibilityTimeout`, if it is given.
pub(super) fn visibility(seconds: Option<i64>) -> Result<Option<Duration>, Fault> {
    let seconds = in_range("VisibilityTimeout", seconds, 0..=43_200)?;
    Ok(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))
}
