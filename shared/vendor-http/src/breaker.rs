//! The vendor's health and the credentials, as calls are told and tell.

use std::fmt::Debug;

use secrecy::SecretString;

use crate::budget::{Deferral, Waiting};
use crate::error::Problem;

/// The health of a vendor, as one call saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answered, if only with a refusal.
    Answers,
    /// It does not answer, or answers that it is in trouble.
    Fails,
    /// It does not know the credentials.
    RefusesCredentials,
}

impl Health {
    pub(crate) fn of(problem: Option<&Problem>) -> Self {
        match problem {
            Some(Problem::NotSent | Problem::NoAnswer(_) | Problem::Unavailable { .. }) => {
                Self::Fails
            }
            Some(Problem::Unauthorized) => Self::RefusesCredentials,
            _ => Self::Answers,
        }
    }
}

/// Keeps calls from a vendor that is down.
pub trait Breaker: Debug + Send + Sync {
    /// Lets a call through, or says for how long to defer it.
    fn admit(&self) -> Waiting<'_, Result<(), Deferral>>;

    /// Takes in how a call ended.
    fn note(&self, health: Health) -> Waiting<'_, ()>;

    /// Takes in that an answer is late; the call goes on.
    fn note_late(&self) -> Waiting<'_, ()>;

    /// Returns whether the latest calls failed.
    fn in_trouble(&self) -> bool;
}

/// The source of a token.
pub trait Credentials: Debug + Send + Sync {
    /// Reads the token again, past all caches; nothing if it cannot be read.
    fn renew(&self) -> Waiting<'_, Option<SecretString>>;
}
