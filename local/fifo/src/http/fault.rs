//! Errors as SQS writes them.
//!
//! Every error has two names: the shape in the body, for clients of the JSON protocol, and the
//! code of the older query protocol in a header, which the SDKs go by.

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::check::SendError;
use crate::receipt::ReceiptError;

/// Header with the code of the query protocol and who is to blame.
const QUERY_ERROR: &str = "x-amzn-query-error";

/// The errors this endpoint knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidAddress,
    InvalidAttributeName,
    InvalidBatchEntryId,
    InvalidMessageContents,
    InvalidParameterValue,
    MissingParameter,
    PurgeQueueInProgress,
    QueueDoesNotExist,
    ReceiptHandleIsInvalid,
    Serialization,
    ServiceUnavailable,
    TooManyEntriesInBatchRequest,
    UnknownOperation,
    UnsupportedOperation,
}

/// How an error is called in both protocols.
enum Names {
    /// SQS's own: the shape, and the code without its prefix.
    Prefixed(&'static str, &'static str),
    /// SQS's own, with the same short name in both.
    Plain(&'static str),
    /// Common to AWS's services: the shape and the code.
    Common(&'static str, &'static str),
}

impl Kind {
    fn names(self) -> Names {
        use Names::{Common, Plain, Prefixed};
        let same = |name| Prefixed(name, name);
        match self {
            Self::BatchEntryIdsNotDistinct => same("BatchEntryIdsNotDistinct"),
            Self::BatchRequestTooLong => same("BatchRequestTooLong"),
            Self::EmptyBatchRequest => same("EmptyBatchRequest"),
            Self::InvalidAddress => Plain("InvalidAddress"),
            Self::InvalidAttributeName => Plain("InvalidAttributeName"),
            Self::InvalidBatchEntryId => same("InvalidBatchEntryId"),
            Self::InvalidMessageContents => Plain("InvalidMessageContents"),
            Self::InvalidParameterValue => {
                Common("InvalidParameterValueException", "InvalidParameterValue")
            }
            Self::MissingParameter => {
                Common("MissingRequiredParameterException", "MissingParameter")
            }
            Self::PurgeQueueInProgress => same("PurgeQueueInProgress"),
            Self::QueueDoesNotExist => Prefixed("QueueDoesNotExist", "NonExistentQueue"),
            Self::ReceiptHandleIsInvalid => Plain("ReceiptHandleIsInvalid"),
            Self::Serialization => Common("SerializationException", "MalformedInput"),
            Self::ServiceUnavailable => Common("ServiceUnavailableException", "ServiceUnavailable"),
            Self::TooManyEntriesInBatchRequest => same("TooManyEntriesInBatchRequest"),
            Self::UnknownOperation => Common("UnknownOperationException", "InvalidAction"),
            Self::UnsupportedOperation => same("UnsupportedOperation"),
        }
    }

    /// The shape in `__type`.
    fn shape(self) -> String {
        match self.names() {
            Names::Prefixed(shape, _) | Names::Plain(shape) => format!("com.amazonaws.sqs#{shape}"),
            Names::Common(shape, _) => format!("com.amazon.coral.service#{shape}"),
        }
    }

    /// The code of the query protocol.
    fn code(self) -> String {
        match self.names() {
            Names::Prefixed(_, code) => format!("AWS.SimpleQueueService.{code}"),
            Names::Plain(code) | Names::Common(_, code) => code.to_owned(),
        }
    }
}

/// One error: what kind, and the text for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub kind: Kind,
    pub message: String,
}

impl Fault {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A parameter that must be there is not.
    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request must contain the parameter {parameter}.");
        Self::new(Kind::MissingParameter, message)
    }

    /// A parameter is there, with a value it must not have.
    pub(super) fn invalid(parameter: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        let message =
            format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        Self::new(Kind::InvalidParameterValue, message)
    }

    /// The whole service is out of order.
    pub(super) fn unavailable() -> Self {
        Self::new(Kind::ServiceUnavailable, "Service is unavailable. Try again later.")
    }

    /// The code, as the failed entries of a batch carry it.
    pub(super) fn code(&self) -> String {
        self.kind.code()
    }
}

impl From<SendError> for Fault {
    fn from(error: SendError) -> Self {
        let kind = match error {
            SendError::MissingBody | SendError::MissingGroup => Kind::MissingParameter,
            SendError::InvalidCharacters => Kind::InvalidMessageContents,
            _ => Kind::InvalidParameterValue,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ReceiptError> for Fault {
    fn from(error: ReceiptError) -> Self {
        let kind = match error {
            ReceiptError::Invalid(_) => Kind::ReceiptHandleIsInvalid,
            _ => Kind::InvalidParameterValue,
        };
        Self::new(kind, error.to_string())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, blame) = match self.kind {
            Kind::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "Receiver"),
            _ => (StatusCode::BAD_REQUEST, "Sender"),
        };
        let body = json!({ "__type": self.kind.shape(), "message": self.message });
        let mut response = super::aws_json(&body);
        *response.status_mut() = status;
        if let Ok(value) = HeaderValue::try_from(format!("{};{blame}", self.code())) {
            response.headers_mut().insert(QUERY_ERROR, value);
        }
        response
    }
}
