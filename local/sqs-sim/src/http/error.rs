//! Errors as SQS writes them.
//!
//! Every error has two names: the shape in the body, for clients of the JSON protocol, and the
//! code of the older query protocol in a header, which the SDKs go by.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::receipt::ReceiptError;
use crate::validate::SendError;

/// Media type of AWS JSON 1.0.
const AWS_JSON: &str = "application/x-amz-json-1.0";
/// Header with the code of the query protocol and the side that is at fault.
const QUERY_ERROR: &str = "x-amzn-query-error";

/// The errors of this endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
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

/// The owner of an error's names: SQS with a prefix to the code, SQS without, or all of AWS.
enum Namespace {
    SqsPrefixed,
    Sqs,
    Common,
}

impl ErrorKind {
    /// Returns namespace, shape and code.
    fn names(self) -> (Namespace, &'static str, &'static str) {
        use Namespace::{Common, Sqs, SqsPrefixed};
        let (namespace, name) = match self {
            Self::BatchEntryIdsNotDistinct => (SqsPrefixed, "BatchEntryIdsNotDistinct"),
            Self::BatchRequestTooLong => (SqsPrefixed, "BatchRequestTooLong"),
            Self::EmptyBatchRequest => (SqsPrefixed, "EmptyBatchRequest"),
            Self::InvalidAddress => (Sqs, "InvalidAddress"),
            Self::InvalidAttributeName => (Sqs, "InvalidAttributeName"),
            Self::InvalidBatchEntryId => (SqsPrefixed, "InvalidBatchEntryId"),
            Self::InvalidMessageContents => (Sqs, "InvalidMessageContents"),
            Self::ReceiptHandleIsInvalid => (Sqs, "ReceiptHandleIsInvalid"),
            Self::TooManyEntriesInBatchRequest => (SqsPrefixed, "TooManyEntriesInBatchRequest"),
            Self::UnsupportedOperation => (SqsPrefixed, "UnsupportedOperation"),
            Self::InvalidParameterValue => {
                return (Common, "InvalidParameterValueException", "InvalidParameterValue");
            }
            Self::MissingParameter => {
                return (Common, "MissingRequiredParameterException", "MissingParameter");
            }
            Self::QueueDoesNotExist => {
                return (SqsPrefixed, "QueueDoesNotExist", "NonExistentQueue");
            }
            Self::Serialization => return (Common, "SerializationException", "MalformedInput"),
            Self::ServiceUnavailable => {
                return (Common, "ServiceUnavailableException", "ServiceUnavailable");
            }
            Self::UnknownOperation => {
                return (Common, "UnknownOperationException", "InvalidAction");
            }
        };
        (namespace, name, name)
    }

    /// Returns the shape for `__type`.
    fn shape(self) -> String {
        match self.names() {
            (Namespace::Common, shape, _) => format!("com.amazon.coral.service#{shape}"),
            (_, shape, _) => format!("com.amazonaws.sqs#{shape}"),
        }
    }

    /// Returns the code of the query protocol.
    fn code(self) -> String {
        match self.names() {
            (Namespace::SqsPrefixed, _, code) => format!("AWS.SimpleQueueService.{code}"),
            (_, _, code) => code.to_owned(),
        }
    }
}

/// One error with its text for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    pub kind: ErrorKind,
    pub message: String,
}

impl ApiError {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request must contain the parameter {parameter}.");
        Self::new(ErrorKind::MissingParameter, message)
    }

    pub(super) fn invalid(parameter: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        let message =
            format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        Self::new(ErrorKind::InvalidParameterValue, message)
    }

    pub(super) fn unknown_attribute(name: &str) -> Self {
        Self::new(ErrorKind::InvalidAttributeName, format!("Unknown Attribute {name}."))
    }

    pub(super) fn unavailable() -> Self {
        Self::new(ErrorKind::ServiceUnavailable, "Service is unavailable. Try again later.")
    }

    /// Returns the code that the failed entries of a batch carry.
    pub(super) fn code(&self) -> String {
        self.kind.code()
    }
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        let kind = match error {
            SendError::MissingBody | SendError::MissingGroup => ErrorKind::MissingParameter,
            SendError::InvalidCharacters => ErrorKind::InvalidMessageContents,
            _ => ErrorKind::InvalidParameterValue,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ReceiptError> for ApiError {
    fn from(error: ReceiptError) -> Self {
        let kind = match error {
            ReceiptError::Invalid(_) => ErrorKind::ReceiptHandleIsInvalid,
            _ => ErrorKind::InvalidParameterValue,
        };
        Self::new(kind, error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, fault) = match self.kind {
            ErrorKind::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "Receiver"),
            _ => (StatusCode::BAD_REQUEST, "Sender"),
        };
        let body = json!({ "__type": self.kind.shape(), "message": self.message });
        let mut response = aws_json(&body);
        *response.status_mut() = status;
        if let Ok(value) = HeaderValue::try_from(format!("{};{fault}", self.code())) {
            response.headers_mut().insert(QUERY_ERROR, value);
        }
        response
    }
}

/// Writes a JSON body with the headers that every answer of AWS has.
pub(super) fn aws_json(value: &Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [(CONTENT_TYPE.as_str(), AWS_JSON), ("x-amzn-requestid", &request_id)];
    (headers, value.to_string()).into_response()
}
