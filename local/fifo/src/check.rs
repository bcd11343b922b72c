//! What SQS refuses to take into a FIFO queue.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::message::{Attribute, AttributeValue, NewMessage};

/// Largest message, and largest batch: body with the names, types and values of the attributes.
pub(crate) const MAX_BYTES: usize = 1_048_576;
/// Longest message group id and deduplication id.
const MAX_ID: usize = 128;
/// Most message attributes.
const MAX_ATTRIBUTES: usize = 10;
/// Longest name and longest type of an attribute.
const MAX_ATTRIBUTE_NAME: usize = 256;

/// Why a message is refused. The texts are SQS's.
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
        /// What was sent.
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
    /// An attribute whose name, type or value is not allowed.
    #[error("The message attribute '{name}' is invalid: {reason}")]
    InvalidAttribute {
        /// The attribute's name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Holds a message against SQS's rules for FIFO queues.
pub(crate) fn check(message: &NewMessage) -> Result<(), SendError> {
    if message.body.is_empty() {
        return Err(SendError::MissingBody);
    }
    if message.group.is_empty() {
        return Err(SendError::MissingGroup);
    }
    if message.deduplication_id.is_empty() {
        return Err(SendError::MissingDeduplicationId);
    }
    check_id("MessageGroupId", &message.group)?;
    check_id("MessageDeduplicationId", &message.deduplication_id)?;
    check_attributes(&message.attributes)?;
    if size(message) > MAX_BYTES {
        return Err(SendError::TooLong);
    }
    if message.body.chars().all(is_allowed) { Ok(()) } else { Err(SendError::InvalidCharacters) }
}

/// What counts towards [`MAX_BYTES`], in bytes.
pub(crate) fn size(message: &NewMessage) -> usize {
    let attribute = |(name, attribute): (&String, &Attribute)| {
        name.len() + attribute.data_type.len() + attribute.value.as_bytes().len()
    };
    message.body.len() + message.attributes.iter().map(attribute).sum::<usize>()
}

fn check_id(parameter: &'static str, value: &str) -> Result<(), SendError> {
    if value.len() <= MAX_ID && value.chars().all(|c| c.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(SendError::InvalidId { parameter, value: value.to_owned() })
    }
}

fn check_attributes(attributes: &BTreeMap<String, Attribute>) -> Result<(), SendError> {
    if attributes.len() > MAX_ATTRIBUTES {
        return Err(SendError::TooManyAttributes(attributes.len()));
    }
    attributes.iter().try_for_each(|(name, attribute)| {
        check_attribute(name, attribute)
            .map_err(|reason| SendError::InvalidAttribute { name: name.clone(), reason })
    })
}

fn check_attribute(name: &str, attribute: &Attribute) -> Result<(), &'static str> {
    if !is_attribute_name(name) {
        return Err(
            "its name may hold letters, digits, _, - and single inner periods, at most 256 \
                    characters, and must not start with AWS. or Amazon.",
        );
    }
    let data_type = attribute.data_type.split('.').next().unwrap_or_default();
    let AttributeValue::Text(text) = &attribute.value else {
        let is_binary = data_type == "Binary" && !attribute.value.as_bytes().is_empty();
        return if is_binary {
            Ok(())
        } else {
            Err("a binary value must not be empty, of type Binary")
        };
    };
    match data_type {
        "String" | "Number" if text.is_empty() => Err("it must contain a non-empty value"),
        "Number" if text.parse::<f64>().is_err() => Err("its value is not a number"),
        "String" | "Number" if attribute.data_type.len() > MAX_ATTRIBUTE_NAME => {
            Err("its type is longer than 256 characters")
        }
        "String" | "Number" if !text.chars().all(is_allowed) => {
            Err("its value has control characters")
        }
        "String" | "Number" => Ok(()),
        _ => Err("a text needs a type that starts with String or Number"),
    }
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

/// The characters of XML 1.0, the only ones SQS carries.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
