//! SQS's rules for the messages of FIFO queues.

use crate::error::{ErrorKind, SqsError};
use crate::message::NewMessage;

/// Largest message, and largest batch: body with the names, types and values of the attributes.
pub(crate) const MAX_BYTES: usize = 1_048_576;
/// The only type of message attributes that is taken.
pub(crate) const ATTRIBUTE_TYPE: &str = "String";
/// Longest message group id and deduplication id.
const MAX_ID: usize = 128;
const MAX_ATTRIBUTES: usize = 10;
const MAX_ATTRIBUTE_NAME: usize = 256;

/// Checks a message against SQS's rules for FIFO queues.
pub(crate) fn message(message: &NewMessage) -> Result<(), SqsError> {
    if message.body.is_empty() {
        return Err(SqsError::missing("MessageBody"));
    }
    if message.group.is_empty() {
        return Err(SqsError::missing("MessageGroupId"));
    }
    if message.deduplication_id.is_empty() {
        return Err(invalid(
            "The queue should either have ContentBasedDeduplication enabled or \
             MessageDeduplicationId provided explicitly",
        ));
    }
    group_or_deduplication_id("MessageGroupId", &message.group)?;
    group_or_deduplication_id("MessageDeduplicationId", &message.deduplication_id)?;
    let attributes = message.attributes.len();
    if attributes > MAX_ATTRIBUTES {
        return Err(invalid(format!(
            "Number of message attributes [{attributes}] exceeds the allowed maximum [10]."
        )));
    }
    for (name, value) in &message.attributes {
        attribute(name, value)?;
    }
    if size(message) > MAX_BYTES {
        return Err(invalid(
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 \
             bytes.",
        ));
    }
    if message.body.chars().all(is_allowed) {
        return Ok(());
    }
    Err(SqsError::new(
        ErrorKind::InvalidMessageContents,
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF \
         | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    ))
}

/// Returns the bytes that count towards [`MAX_BYTES`].
pub(crate) fn size(message: &NewMessage) -> usize {
    let mut size = message.body.len();
    for (name, value) in &message.attributes {
        size += name.len() + ATTRIBUTE_TYPE.len() + value.len();
    }
    size
}

fn group_or_deduplication_id(parameter: &'static str, value: &str) -> Result<(), SqsError> {
    if value.len() <= MAX_ID && value.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(());
    }
    let reason = format!(
        "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
    );
    Err(SqsError::invalid(parameter, value, &reason))
}

fn attribute(name: &str, value: &str) -> Result<(), SqsError> {
    let reason = if !is_attribute_name(name) {
        "its name may hold letters, digits, _, - and single inner periods, at most 256 \
         characters, and must not start with AWS. or Amazon."
    } else if value.is_empty() {
        "it must contain a non-empty value"
    } else if !value.chars().all(is_allowed) {
        "its value has control characters"
    } else {
        return Ok(());
    };
    Err(invalid(format!("The message attribute '{name}' is invalid: {reason}")))
}

fn invalid(message: impl Into<String>) -> SqsError {
    SqsError::new(ErrorKind::InvalidParameterValue, message)
}

fn is_attribute_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !name.is_empty()
        && name.len() <= MAX_ATTRIBUTE_NAME
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !lower.starts_with("aws.")
        && !lower.starts_with("amazon.")
}

/// Returns whether XML 1.0, and so SQS, can carry the character.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
