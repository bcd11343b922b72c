//! Errors of the table and the queues.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// The table or a queue did not do what was asked.
///
/// The texts name the action and AWS's error code, never the content.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// AWS refused or did not answer; the SDK's own tries are used up.
    #[error("{action}: {code}")]
    Aws {
        /// The action that failed, e.g. "reading the table".
        action: &'static str,
        /// AWS's error code, or the kind of transport failure.
        code: String,
    },
    /// Another invocation took over the event in the meantime.
    #[error("another invocation has taken over this event")]
    TakenOver,
    /// An item is not as this version writes it.
    #[error("an item in the table cannot be read: {0}")]
    Corrupt(String),
    /// The function was deployed without the queue's address.
    #[error("the queue's address is not set: the variable {0} is missing")]
    NoQueue(&'static str),
}

impl StoreError {
    /// Wraps an error of something that cannot be read or written.
    pub(crate) fn corrupt(error: impl std::fmt::Display) -> Self {
        Self::Corrupt(error.to_string())
    }

    /// Wraps an error of the SDK.
    pub(crate) fn aws<E: ProvideErrorMetadata, R>(
        action: &'static str,
        error: &SdkError<E, R>,
    ) -> Self {
        let code = match error {
            SdkError::ServiceError(service) => service.err().code().unwrap_or("unknown error"),
            SdkError::TimeoutError(_) => "timed out",
            SdkError::DispatchFailure(_) => "could not connect",
            SdkError::ConstructionFailure(_) => "could not build the request",
            _ => "no readable answer",
        };
        Self::Aws { action, code: code.to_owned() }
    }
}
