//! Settings and secrets of the organisations, cached, or read again.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use secrecy::{ExposeSecret, SecretString};

use super::FunctionState;
use crate::secrets::check_token;
use crate::settings_cache::SettingsProblem;

/// The least interval at which settings and secrets are read again because they do not fit.
const REREAD_EVERY: Duration = Duration::from_secs(10);

impl FunctionState {
    /// Returns the settings of an organisation.
    pub async fn settings(&self, org: &OrgId) -> Result<Arc<Settings>, SettingsProblem> {
        match self.settings.get(org) {
            Some(settings) => Ok(settings),
            None => self.settings.refresh(&self.table, org).await,
        }
    }

    /// Returns the settings for a name that a stranger told; `None` if there are none.
    pub async fn settings_of_stranger(
        &self,
        org: &OrgId,
    ) -> Result<Option<Arc<Settings>>, SettingsProblem> {
        if self.settings.is_unknown(org) {
            return Ok(None);
        }
        match self.settings(org).await {
            Ok(settings) => Ok(Some(settings)),
            Err(SettingsProblem::UnknownOrg) => {
                self.settings.note_unknown(org);
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Reads the settings past the cache; `None` if that was done a moment ago. A wrong token
    /// costs no more than this, the read that an unknown name costs, too.
    pub async fn reread(&self, org: &OrgId) -> Result<Option<Arc<Settings>>, SettingsProblem> {
        if self.settings.age(org).is_some_and(|age| age < REREAD_EVERY) {
            return Ok(None);
        }
        self.settings.refresh(&self.table, org).await.map(Some)
    }

    /// Reads the settings and the secrets that sign webhooks past the caches; `None` if that
    /// was done a moment ago.
    pub async fn reread_signing(
        &self,
        org: &OrgId,
    ) -> Result<Option<Arc<Settings>>, SettingsProblem> {
        let Some(settings) = self.reread(org).await? else { return Ok(None) };
        let (hubspot, opencx) = (&settings.hubspot, &settings.opencx);
        let secrets = [
            &hubspot.client_secret,
            &hubspot.previous_client_secret,
            &opencx.webhook_secret,
            &opencx.previous_webhook_secret,
        ];
        for secret in secrets.into_iter().flatten() {
            self.secrets.refresh(secret).await?;
        }
        Ok(Some(settings))
    }

    /// Returns the text of a secret of the settings, which is not empty.
    pub async fn secret(&self, secret: &Secret) -> Result<SecretString, SettingsProblem> {
        self.secrets.get(secret).await
    }

    /// Returns the token of a webhook's URL. A deployed function takes none that is easy to
    /// guess.
    pub async fn token(&self, token: &Secret) -> Result<SecretString, SettingsProblem> {
        let text = self.secret(token).await?;
        if self.environment.deployed {
            check_token(token, text.expose_secret())?;
        }
        Ok(text)
    }

    /// Reads a secret of an organisation past the caches, and its settings before; `None` if the
    /// settings have no such secret any more.
    pub async fn reread_secret(
        &self,
        org: &OrgId,
        pick: fn(&Settings) -> Option<&Secret>,
    ) -> Result<Option<SecretString>, SettingsProblem> {
        let settings = self.settings.refresh(&self.table, org).await?;
        match pick(&settings) {
            Some(secret) => self.secrets.refresh(secret).await.map(Some),
            None => Ok(None),
        }
    }
}
