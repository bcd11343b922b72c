//! Errors with the names and texts of SQS.

use std::fmt::Display;

use thiserror::Error;

/// An error of SQS.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SqsError {
    pub kind: ErrorKind,
    /// The text for the caller.
    pub message: String,
}

/// The errors of SQS, each with two names: the shape in the body, for clients of the JSON protocol,
/// and the code of the older query protocol in a header, which the SDKs go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidAddress,
    InvalidAttributeName,
    InvalidBatchEntryId,
    InvalidMessageContents,
    InvalidParameterValue,
    MissingParameter,
    QueueDoesNotExist,
    ReceiptHandleIsInvalid,
    Serialization,
    ServiceUnavailable,
    TooManyEntriesInBatchRequest,
    UnknownOperation,
    UnsupportedOperation,
}

impl ErrorKind {
    /// Returns shape and code.
    pub(crate) fn names(self) -> (String, String) {
        let own = |name| (format!("com.amazonaws.sqs#{name}"), name);
        let common = |shape, code| (format!("com.amazon.coral.service#{shape}"), code);
        let (shape, code) = match self {
            Self::BatchEntryIdsNotDistinct => own("BatchEntryIdsNotDistinct"),
            Self::BatchRequestTooLong => own("BatchRequestTooLong"),
            Self::EmptyBatchRequest => own("EmptyBatchRequest"),
            Self::InvalidAddress => own("InvalidAddress"),
            Self::InvalidAttributeName => own("InvalidAttributeName"),
            Self::InvalidBatchEntryId => own("InvalidBatchEntryId"),
            Self::InvalidMessageContents => own("InvalidMessageContents"),
            Self::InvalidParameterValue => {
                common("InvalidParameterValueException", "InvalidParameterValue")
            }
            Self::MissingParameter => {
                common("MissingRequiredParameterException", "MissingParameter")
            }
            Self::QueueDoesNotExist => (own("QueueDoesNotExist").0, "NonExistentQueue"),
            Self::ReceiptHandleIsInvalid => own("ReceiptHandleIsInvalid"),
            Self::Serialization => common("SerializationException", "MalformedInput"),
            Self::ServiceUnavailable => common("ServiceUnavailableException", "ServiceUnavailable"),
            Self::TooManyEntriesInBatchRequest => own("TooManyEntriesInBatchRequest"),
            Self::UnknownOperation => common("UnknownOperationException", "InvalidAction"),
            Self::UnsupportedOperation => own("UnsupportedOperation"),
        };
        if self.is_prefixed() {
            (shape, format!("AWS.SimpleQueueService.{code}"))
        } else {
            (shape, code.to_owned())
        }
    }

    /// Returns whether the code carries the prefix of SQS.
    fn is_prefixed(self) -> bool {
        matches!(
            self,
            Self::BatchEntryIdsNotDistinct
                | Self::BatchRequestTooLong
                | Self::EmptyBatchRequest
                | Self::InvalidBatchEntryId
                | Self::QueueDoesNotExist
                | Self::TooManyEntriesInBatchRequest
                | Self::UnsupportedOperation
        )
    }
}

impl SqsError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        let message = format!("The request must contain the parameter {parameter}.");
        Self::new(ErrorKind::MissingParameter, message)
    }

    pub(crate) fn invalid(parameter: &str, value: impl Display, reason: &str) -> Self {
        let message =
            format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        Self::new(ErrorKind::InvalidParameterValue, message)
    }
}
