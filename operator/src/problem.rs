//! Why a command did not do what it was asked, and the exit code for it.

use std::io;

use bridge_engine::SettingsProblem;
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
    /// A part was done; the rest is named in what was written.
    #[error("{0}")]
    Partly(String),
}

impl Problem {
    /// The process's exit code, as `--help` documents it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NothingMatched(_) => 3,
            Self::Partly(_) => 4,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoQueue(_) => Self::Usage(error.to_string()),
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<SettingsProblem> for Problem {
    fn from(problem: SettingsProblem) -> Self {
        Self::Failed(problem.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("the result cannot be written: {error}"))
    }
}
