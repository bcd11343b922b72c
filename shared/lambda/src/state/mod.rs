//! The state of a function between invocations, without the vendors.

mod activity;
mod settings;

use bridge_store::{Queues, Table};

use crate::activity::Activity;
use crate::aws_clients::Clients;
use crate::environment::Environment;
use crate::secrets::Secrets;
use crate::settings_cache::SettingsCache;

/// Everything a function needs but the vendors. One per process.
#[derive(Debug)]
pub struct FunctionState {
    /// The environment of the function.
    pub environment: Environment,
    /// The table.
    pub table: Table,
    /// The queues.
    pub queues: Queues,
    pub(crate) secrets: Secrets,
    pub(crate) settings: SettingsCache,
    pub(crate) activity: Activity,
}

impl FunctionState {
    /// The state of a function with this environment and these clients.
    pub fn new(environment: Environment, clients: Clients) -> Self {
        Self {
            table: Table::new(clients.dynamodb, &environment.table),
            queues: Queues::new(clients.sqs, environment.queues.clone()),
            secrets: Secrets::new(clients.secrets),
            settings: SettingsCache::default(),
            activity: Activity::default(),
            environment,
        }
    }
}
