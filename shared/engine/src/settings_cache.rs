//! The settings of the organisations, remembered for a short while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::json::Unreadable;
use bridge_domain::settings::Settings;
use bridge_store::StoreError;
use tokio::time::Instant;

use crate::app::App;

/// How long settings are used before they are read again.
const KEPT_FOR: Duration = Duration::from_secs(30);

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

#[derive(Debug, Default)]
pub(crate) struct SettingsCache {
    kept: Mutex<HashMap<OrgId, (Instant, Arc<Settings>)>>,
}

impl App {
    /// The settings of an organisation.
    pub async fn settings(&self, org: &OrgId) -> Result<Arc<Settings>, SettingsProblem> {
        if let Some(settings) = self.settings.get(org) {
            return Ok(settings);
        }
        // The name comes from outside: not every text can be a key of the table.
        if !org.is_possible() {
            return Err(SettingsProblem::UnknownOrg);
        }
        let document = self.table.settings(org).await?.ok_or(SettingsProblem::UnknownOrg)?;
        let settings = Arc::new(Settings::from_json(&document)?);
        self.settings.keep(org, &settings);
        Ok(settings)
    }
}

impl SettingsCache {
    fn get(&self, org: &OrgId) -> Option<Arc<Settings>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, settings) = kept.get(org)?;
        (since.elapsed() < KEPT_FOR).then(|| settings.clone())
    }

    fn keep(&self, org: &OrgId, settings: &Arc<Settings>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(org.clone(), (Instant::now(), settings.clone()));
    }
}
