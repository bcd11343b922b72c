//! The instances of a function: Lambda runs one invocation at a time in each, and they share no
//! memory.

use std::sync::{Mutex, PoisonError};

use bridge_engine::App;
use bridge_lambda::{Clients, Environment};

/// The instances of one function.
pub(crate) struct Instances {
    environment: Environment,
    clients: Clients,
    idle: Mutex<Vec<App>>,
}

impl Instances {
    pub(crate) fn new(environment: Environment, clients: Clients) -> Self {
        Self { environment, clients, idle: Mutex::default() }
    }

    /// Takes a warm instance, or a new one.
    pub(crate) fn take(&self) -> App {
        let warm = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        warm.unwrap_or_else(|| App::new(self.environment.clone(), self.clients.clone()))
    }

    /// Keeps an instance warm. One whose invocation was killed never comes back.
    pub(crate) fn give_back(&self, app: App) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(app);
    }
}
