//! Errors of the start.

use std::io;

use aws_sdk_dynamodb::error::BuildError;
use bridge_domain::json::Unreadable;

use crate::port_holder::holder;

/// A reason why a stack cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port of the routes cannot be used.
    #[error("cannot listen on 127.0.0.1:{port}: {error}{}; choose another with --port", held(*.port))]
    Port { port: u16, error: io::Error },
    /// No free port can be used.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(#[from] io::Error),
    /// The embedded table did not start.
    #[error("the embedded table did not start: {0}")]
    Table(String),
    /// The embedded queues did not start.
    #[error("the embedded queues did not start: {0}")]
    Queues(#[from] sqs_sim::SqsError),
    /// A settings document is wrong.
    #[error("settings: {0}")]
    Settings(#[from] Unreadable),
    /// The documents could not be stored.
    #[error("the settings could not be stored: {0}")]
    Store(#[from] bridge_store::StoreError),
    /// The address of a simulator is not one that the bridge takes.
    #[error("a simulator is at {0}, which is no URL")]
    SimulatorUrl(String),
}

/// Names the process that has a port, where that can be told.
fn held(port: u16) -> String {
    holder(port).map(|holder| format!(" by {holder}")).unwrap_or_default()
}

impl From<BuildError> for StartError {
    fn from(error: BuildError) -> Self {
        Self::Table(error.to_string())
    }
}
