//! Why a command did not do what it was asked, and the exit code for it.

use std::io;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use bridge_lambda::{EnvironmentError, SettingsProblem};
use bridge_store::StoreError;

/// A command did not do all that it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Something did not work.
    #[error("{0}")]
    Failed(String),
    /// The command line, the environment or a file is not as it must be.
    #[error("{0}")]
    Usage(String),
    /// There is nothing of that kind.
    #[error("{0}")]
    NothingMatched(String),
    /// Whoever read the result has gone.
    #[error("the result is not read any more")]
    NoReader,
    /// A part was done; the rest is named in what was written.
    #[error("{0}")]
    Partly(String),
    /// AWS refused or did not answer.
    #[error("{error} ({}){}", place(table.as_deref()), way_out(code, permission))]
    Aws {
        /// The text of the error.
        error: String,
        /// AWS's code for it.
        code: String,
        /// The permission that the call takes.
        permission: &'static str,
        /// The table of the bridge, once it is known.
        table: Option<String>,
    },
}

impl Problem {
    /// The process's exit code, as `--help` documents it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::NoReader | Self::Aws { .. } => 1,
            Self::Usage(_) => 2,
            Self::NothingMatched(_) => 3,
            Self::Partly(_) => 4,
        }
    }
}

impl Problem {
    /// Wraps an error of AWS: what could not be read, and the permission that it takes.
    pub(crate) fn of_aws<E: ProvideErrorMetadata, R>(
        what: &str,
        permission: &'static str,
        error: &SdkError<E, R>,
    ) -> Self {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        let code = code.unwrap_or("could not connect").to_owned();
        Self::Aws { error: format!("{what}: {code}"), code, permission, table: None }
    }

    /// Wraps an error of the table or of a queue, which may lack a permission.
    pub(crate) fn of_store(error: StoreError, permission: &'static str) -> Self {
        match error {
            StoreError::NoQueue(_) => Self::Usage(error.to_string()),
            StoreError::Aws { ref code, .. } => {
                let code = code.clone();
                Self::Aws { error: error.to_string(), code, permission, table: None }
            }
            error => Self::Failed(error.to_string()),
        }
    }

    /// Names the table of the bridge, where the problem is one of AWS.
    pub(crate) fn with_table(mut self, name: &str) -> Self {
        if let Self::Aws { table, .. } = &mut self {
            *table = Some(name.to_owned());
        }
        self
    }
}

/// The way out where AWS cannot be called at all.
const CREDENTIALS: &str = "are region and credentials right (AWS_REGION, AWS_PROFILE)?";

/// Names the table, and the region and profile of AWS as far as the environment tells.
fn place(table: Option<&str>) -> String {
    let region = std::env::var("AWS_REGION").unwrap_or("of the profile".to_owned());
    let profile = std::env::var("AWS_PROFILE").unwrap_or("default".to_owned());
    let table = table.map(|table| format!("table {table}, ")).unwrap_or_default();
    format!("{table}region {region}, profile {profile}")
}

/// Says what is missing, by the error code of AWS.
fn way_out(code: &str, permission: &str) -> String {
    match code {
        "AccessDenied" | "AccessDeniedException" => {
            format!("; the permission {permission} is missing")
        }
        "ResourceNotFoundException" => "; there is no such table in this region".to_owned(),
        "could not connect" | "could not build the request" | "timed out" => {
            format!("; {CREDENTIALS}")
        }
        "UnrecognizedClientException" | "ExpiredToken" | "ExpiredTokenException" => {
            "; sign in again (AWS_PROFILE)".to_owned()
        }
        _ => String::new(),
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::of_store(error, "dynamodb:GetItem or Query")
    }
}

impl From<SettingsProblem> for Problem {
    fn from(problem: SettingsProblem) -> Self {
        Self::Failed(problem.to_string())
    }
}

impl From<EnvironmentError> for Problem {
    fn from(error: EnvironmentError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NoReader,
            _ => Self::Failed(format!("the result cannot be written: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_aws_name_the_place_and_what_is_missing() {
        for (code, expected) in [
            ("AccessDeniedException", "permission dynamodb:GetItem or Query is missing"),
            ("ResourceNotFoundException", "no such table in this region"),
            ("could not connect", "AWS_PROFILE"),
            ("ExpiredTokenException", "sign in again"),
        ] {
            let error = StoreError::Aws { action: "reading the table", code: code.to_owned() };
            let problem = Problem::from(error).with_table("bridge-Table-1").to_string();
            let expected_start =
                format!("reading the table: {code} (table bridge-Table-1, region ");
            assert!(problem.starts_with(&expected_start), "{problem}");
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
