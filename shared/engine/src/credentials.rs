//! The tokens of an organisation, read again when a vendor does not know them.

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_store::Table;
use bridge_vendor_http::{Credentials, Waiting};
use secrecy::SecretString;

use crate::secrets::Secrets;
use crate::settings_cache::{SettingsCache, SettingsProblem};

/// A secret of an organisation's settings.
#[derive(Debug)]
pub(crate) struct OrgCredentials {
    pub(crate) table: Table,
    pub(crate) settings: SettingsCache,
    pub(crate) secrets: Secrets,
    pub(crate) org: OrgId,
    /// Which one.
    pub(crate) pick: fn(&Settings) -> Option<&Secret>,
}

impl OrgCredentials {
    async fn read(&self) -> Result<Option<SecretString>, SettingsProblem> {
        let settings = self.settings.refresh(&self.table, &self.org).await?;
        match (self.pick)(&settings) {
            Some(secret) => self.secrets.refresh(secret).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Credentials for OrgCredentials {
    fn renew(&self) -> Waiting<'_, Option<SecretString>> {
        Box::pin(async {
            match self.read().await {
                Ok(token) => token,
                Err(error) => {
                    tracing::warn!(org = %self.org, %error, "the token cannot be read again");
                    None
                }
            }
        })
    }
}
