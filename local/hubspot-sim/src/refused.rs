//! The error of acts in the portal that the portal does not take.

use std::error::Error;
use std::fmt;

use crate::error::ApiError;

/// An act that the portal refused; the text says what it was about, in HubSpot's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl Refused {
    pub(crate) fn no_user(id: u64) -> Self {
        Self(format!("the portal has no active user {id}: name one of its options' users"))
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self(error.message())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Refused {}
