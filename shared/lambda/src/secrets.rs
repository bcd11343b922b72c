//! Secrets: as they stand in the settings, or by name from AWS Secrets Manager.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings, WeakSecret};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::settings_cache::SettingsProblem;
use crate::state::FunctionState;

/// The time for which a secret is used before it is asked for again, so that a changed one
/// takes effect without a deployment.
const KEPT_FOR: Duration = Duration::from_mins(5);

#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    client: aws_sdk_secretsmanager::Client,
    kept: Arc<Mutex<HashMap<String, (Instant, SecretString)>>>,
}

impl Secrets {
    pub(crate) fn new(client: aws_sdk_secretsmanager::Client) -> Self {
        Self { client, kept: Arc::default() }
    }

    fn kept(&self, name: &str) -> Option<SecretString> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, secret) = kept.get(name)?;
        (since.elapsed() < KEPT_FOR).then(|| secret.clone())
    }

    async fn named(&self, name: &str) -> Result<SecretString, SettingsProblem> {
        match self.kept(name) {
            Some(secret) => Ok(secret),
            None => self.read(name).await,
        }
    }

    /// Reads a secret past the cache, which then has the new one.
    async fn read(&self, name: &str) -> Result<SecretString, SettingsProblem> {
        let answer = self.client.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|error| {
            use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;
            let code = error.code().unwrap_or("no answer").to_owned();
            SettingsProblem::Secret { name: name.to_owned(), code }
        })?;
        let text = answer.secret_string.ok_or_else(|| SettingsProblem::Secret {
            name: name.to_owned(),
            code: "it holds no text".to_owned(),
        })?;
        let secret = checked(&text, Some(name))?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), (Instant::now(), secret.clone()));
        Ok(secret)
    }

    /// Reads the text of a secret past the cache.
    pub(crate) async fn refresh(&self, secret: &Secret) -> Result<SecretString, SettingsProblem> {
        match secret {
            Secret::Text(text) => checked(text.expose_secret(), None),
            Secret::Named { secret } => self.read(secret).await,
        }
    }
}

impl FunctionState {
    /// Returns the text of a secret of the settings, which is not empty.
    pub async fn secret(&self, secret: &Secret) -> Result<SecretString, SettingsProblem> {
        match secret {
            Secret::Text(text) => checked(text.expose_secret(), None),
            Secret::Named { secret } => self.secrets.named(secret).await,
        }
    }

    /// Returns the token of a webhook's URL. A deployed function takes none that is easy to
    /// guess.
    pub async fn token(&self, token: &Secret) -> Result<SecretString, SettingsProblem> {
        let text = self.secret(token).await?;
        if self.environment.deployed {
            let name = match token {
                Secret::Text(_) => None,
                Secret::Named { secret } => Some(secret.as_str()),
            };
            WeakSecret::check_token(text.expose_secret()).map_err(|weak| problem(weak, name))?;
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

fn checked(text: &str, name: Option<&str>) -> Result<SecretString, SettingsProblem> {
    let text = WeakSecret::check(text).map_err(|weak| problem(weak, name))?;
    Ok(SecretString::from(text))
}

fn problem(weak: WeakSecret, name: Option<&str>) -> SettingsProblem {
    let secret = name.map_or("a secret of the settings".to_owned(), |name| format!("`{name}`"));
    SettingsProblem::Weak { secret, weak }
}
