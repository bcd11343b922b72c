//! SQS's rules for the messages of FIFO queues.

use thiserror::Error;

use crate::message::NewMessage;

/// Largest message, and largest batch: body with the names, types and values of the attributes.
pub(crate) const MAX_BYTES: usize = 1_048_576;
/// The only type of message attributes that is taken.
pub(crate) const ATTRIBUTE_TYPE: &str = "String";
/// Longest message group id and deduplication id.
const MAX_ID: usize = 128;
/// Most message attributes.
const MAX_ATTRIBUTES: usize = 10;
/// Longest name of an attribute.
const MAX_ATTRIBUTE_NAME: usize = 256;

/// A reason why a message is refused. The texts are SQS's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SendError {
    /// The body is empty.
    #[error("The request must contain the parameter MessageBody.")]
    MissingBody,
    /// The group is empty.
    #[error("The request must contain the parameter MessageGroupId.")]
    MissingGroup,
    /// The deduplication id is empty, and deduplication by content is off.
    #[error(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
         provided explicitly"
    )]
    MissingDeduplicationId,
    /// A group or deduplication id with other characters, or too long.
    #[error(
        "Value {value} for parameter {parameter} is invalid. Reason: {parameter} can only include \
         alphanumeric and punctuation characters. 1 to 128 in length."
    )]
    InvalidId {
        /// `MessageGroupId` or `MessageDeduplicationId`.
        parameter: &'static str,
        /// The value that was sent.
        value: String,
    },
    /// A character in the body that XML 1.0 cannot carry.
    #[error(
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
         #xE000 to #xFFFD | #x10000 to #x10FFFF"
    )]
    InvalidCharacters,
    /// Over 1 MiB, attributes included.
    #[error(
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    )]
    TooLong,
    /// Over 10 attributes.
    #[error("Number of message attributes [{0}] exceeds the allowed maximum [10].")]
    TooManyAttributes(usize),
    /// An attribute whose name or value is not allowed.
    #[error("The message attribute '{name}' is invalid: {reason}")]
    InvalidAttribute {
        /// The attribute's name.
        name: String,
        /// The rule it breaks.
        reason: &'static str,
    },
}

/// Checks a message against SQS's rules for FIFO queues.
pub(crate) fn message(message: &NewMessage) -> Result<(), SendError> {
    if message.body.is_empty() {
        return Err(SendError::MissingBody);
    }
    if message.group.is_empty() {
        return Err(SendError::MissingGroup);
    }
    if message.deduplication_id.is_empty() {
        return Err(SendError::MissingDeduplicationId);
    }
    group_or_deduplication_id("MessageGroupId", &message.group)?;
    group_or_deduplication_id("MessageDeduplicationId", &message.deduplication_id)?;
    if message.attributes.len() > MAX_ATTRIBUTES {
        return Err(SendError::TooManyAttributes(message.attributes.len()));
    }
    for (name, value) in &message.attributes {
        attribute(name, value)?;
    }
    if size(message) > MAX_BYTES {
        return Err(SendError::TooLong);
    }
    if message.body.chars().all(is_allowed) { Ok(()) } else { Err(SendError::InvalidCharacters) }
}

/// Returns the bytes that count towards [`MAX_BYTES`].
pub(crate) fn size(message: &NewMessage) -> usize {
    let attributes = message.attributes.iter();
    message.body.len()
        + attributes
            .map(|(name, value)| name.len() + ATTRIBUTE_TYPE.len() + value.len())
            .sum::<usize>()
}

fn group_or_deduplication_id(parameter: &'static str, value: &str) -> Result<(), SendError> {
    if value.len() <= MAX_ID && value.chars().all(|c| c.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(SendError::InvalidId { parameter, value: value.to_owned() })
    }
}

fn attribute(name: &str, value: &str) -> Result<(), SendError> {
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
    Err(SendError::InvalidAttribute { name: name.to_owned(), reason })
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
