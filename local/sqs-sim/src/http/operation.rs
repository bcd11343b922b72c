//! The operations of the endpoint.

use axum::http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{queue_attributes, receipts, receive, send};
use crate::error::{ErrorKind, SqsError};
use crate::sqs::Sqs;

/// Names the operation, after this prefix.
const TARGET: &str = "x-amz-target";
const TARGET_PREFIX: &str = "AmazonSQS.";

/// Performs the operation that the headers name with the parameters of the body.
pub(super) async fn perform(
    sqs: &Sqs,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, SqsError> {
    let target = headers.get(TARGET).and_then(|value| value.to_str().ok());
    match target.and_then(|target| target.strip_prefix(TARGET_PREFIX)) {
        Some("SendMessage") => send::one(sqs, parse(body)?),
        Some("SendMessageBatch") => send::batch(sqs, parse(body)?),
        Some("ReceiveMessage") => receive::receive(sqs, parse(body)?).await,
        Some("DeleteMessage") => receipts::delete(sqs, &parse(body)?),
        Some("ChangeMessageVisibility") => receipts::change_visibility(sqs, &parse(body)?),
        Some("ChangeMessageVisibilityBatch") => {
            receipts::change_visibility_batch(sqs, &parse(body)?)
        }
        Some("GetQueueAttributes") => queue_attributes::get(sqs, &parse(body)?),
        Some(other) => Err(SqsError::new(
            ErrorKind::UnsupportedOperation,
            format!("{other} is not part of this endpoint: its queues are fixed at start."),
        )),
        None => Err(SqsError::new(
            ErrorKind::UnknownOperation,
            format!("The header {TARGET} must name an operation: {TARGET_PREFIX}SendMessage"),
        )),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body).map_err(|error| {
        SqsError::new(ErrorKind::Serialization, format!("The body is not valid: {error}"))
    })
}
