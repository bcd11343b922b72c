//! The settings of the organisations, cached for a short while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::json::Unreadable;
use bridge_domain::settings::Settings;
use bridge_store::{StoreError, Table};
use tokio::time::Instant;

use crate::app::App;

/// How long settings are used before they are read again.
const SETTINGS_TTL: Duration = Duration::from_secs(30);

/// The same for those of a paused organisation, whose events wait for a change.
const PAUSED_TTL: Duration = Duration::from_secs(2);

/// An organisation's settings cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SettingsProblem {
    /// No such organisation.
    #[error("organization_id: there are no settings for this organisation")]
    UnknownOrg,
    /// The document is wrong.
    #[error("the settings of this organisation cannot be used: {0}")]
    Unreadable(#[from] Unreadable),
    /// A secret cannot be had.
    #[error("the secret `{name}` cannot be read from Secrets Manager: {code}")]
    Secret {
        /// The secret's name.
        name: String,
        /// AWS's error code.
        code: String,
    },
    /// The table does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The settings that this process has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct SettingsCache(Arc<Mutex<HashMap<OrgId, (Instant, Arc<Settings>)>>>);

impl App {
    /// Returns the settings of an organisation.
    pub async fn settings(&self, org: &OrgId) -> Result<Arc<Settings>, SettingsProblem> {
        match self.settings.get(org) {
            Some(settings) => Ok(settings),
            None => self.settings.refresh(&self.table, org).await,
        }
    }
}

impl SettingsCache {
    fn get(&self, org: &OrgId) -> Option<Arc<Settings>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, settings) = cached.get(org)?;
        let ttl = if settings.paused { PAUSED_TTL } else { SETTINGS_TTL };
        (since.elapsed() < ttl).then(|| settings.clone())
    }

    /// Reads the settings past the cache, which then has the new ones.
    pub(crate) async fn refresh(
        &self,
        table: &Table,
        org: &OrgId,
    ) -> Result<Arc<Settings>, SettingsProblem> {
        // The name comes from outside: not every text can be a key of the table.
        if !org.is_possible() {
            return Err(SettingsProblem::UnknownOrg);
        }
        let document = table.settings(org).await?.ok_or(SettingsProblem::UnknownOrg)?;
        let settings = Arc::new(Settings::from_json(&document)?);
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached.insert(org.clone(), (Instant::now(), settings.clone()));
        Ok(settings)
    }
}
