//! Parameters that several operations have.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::arn::ACCOUNT;
use crate::error::{ErrorKind, SqsError};
use crate::queue::FifoQueue;
use crate::sqs::Sqs;

/// Finds the queue that a `QueueUrl` names. Scheme and host do not matter: one machine has many
/// names.
pub(super) fn queue(sqs: &Sqs, url: Option<&str>) -> Result<FifoQueue, SqsError> {
    let url = url.ok_or_else(|| SqsError::missing("QueueUrl"))?;
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let Some((account, name)) = path.and_then(|(_, path)| path.split_once('/')) else {
        let message = format!("The address {url} is not valid for this endpoint.");
        return Err(SqsError::new(ErrorKind::InvalidAddress, message));
    };
    let found = if account == ACCOUNT { sqs.queue(name) } else { None };
    let missing = "The specified queue does not exist.";
    found.ok_or_else(|| SqsError::new(ErrorKind::QueueDoesNotExist, missing))
}

/// Checks that a number, if it is given, is in the allowed range.
pub(super) fn in_range(
    parameter: &str,
    value: Option<i64>,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, SqsError> {
    let Some(given) = value else { return Ok(None) };
    match u32::try_from(given) {
        Ok(number) if range.contains(&number) => Ok(Some(number)),
        _ => {
            let (least, most) = range.into_inner();
            let reason = format!("Must be >= {least} and <= {most}, if provided.");
            Err(SqsError::invalid(parameter, given, &reason))
        }
    }
}

/// Reads a `VisibilityTimeout`, if it is given.
pub(super) fn visibility(seconds: Option<i64>) -> Result<Option<Duration>, SqsError> {
    let seconds = in_range("VisibilityTimeout", seconds, 0..=43_200)?;
    Ok(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))
}

pub(super) fn unknown_attribute(name: &str) -> SqsError {
    SqsError::new(ErrorKind::InvalidAttributeName, format!("Unknown Attribute {name}."))
}
