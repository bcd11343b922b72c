//! The settings of the organisations, cached for a short while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::json::Unreadable;
use bridge_domain::settings::{Settings, WeakSecret};
use bridge_store::{StoreError, Table};
use tokio::time::Instant;

/// The time for which settings are used before they are read again.
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
    /// A secret is empty, or a token easy to guess.
    #[error("{secret} {weak}")]
    Weak {
        /// The secret.
        secret: String,
        /// The rule that it breaks.
        weak: WeakSecret,
    },
    /// The table does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The time for which a name is known to be no organisation's, and the most of them at a time: a
/// stranger's guesses cost no reads, and take no longer than a known name.
const UNKNOWN_TTL: Duration = Duration::from_secs(10);
const MOST_UNKNOWN: usize = 1_000;

type Cached<T> = Mutex<HashMap<OrgId, (Instant, T)>>;

/// The settings that this process has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct SettingsCache(Arc<Cached<Arc<Settings>>>, Arc<Cached<()>>);

impl SettingsCache {
    pub(crate) fn get(&self, org: &OrgId) -> Option<Arc<Settings>> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, settings) = cached.get(org)?;
        let ttl = if settings.paused { PAUSED_TTL } else { SETTINGS_TTL };
        (since.elapsed() < ttl).then(|| settings.clone())
    }

    pub(crate) fn age(&self, org: &OrgId) -> Option<Duration> {
        let cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cached.get(org).map(|(since, _)| since.elapsed())
    }

    pub(crate) fn is_unknown(&self, org: &OrgId) -> bool {
        let unknown = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.get(org).is_some_and(|(since, ())| since.elapsed() < UNKNOWN_TTL)
    }

    pub(crate) fn note_unknown(&self, org: &OrgId) {
        let mut unknown = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        if unknown.len() >= MOST_UNKNOWN {
            unknown.clear();
        }
        if org.is_possible() {
            unknown.insert(org.clone(), (Instant::now(), ()));
        }
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
