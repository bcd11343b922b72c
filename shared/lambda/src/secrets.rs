//! Secrets: as they stand in the settings, or by name from AWS Secrets Manager.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::settings::{Secret, WeakSecret};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::settings_cache::SettingsProblem;

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

    /// Returns the text of a secret of the settings, which is not empty.
    pub(crate) async fn get(&self, secret: &Secret) -> Result<SecretString, SettingsProblem> {
        match secret {
            Secret::Text(text) => checked(text.expose_secret(), None),
            Secret::Named { secret } => self.named(secret).await,
        }
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

/// Checks that the text of a webhook's token is not easy to guess.
pub(crate) fn check_token(token: &Secret, text: &str) -> Result<(), SettingsProblem> {
    let name = match token {
        Secret::Text(_) => None,
        Secret::Named { secret } => Some(secret.as_str()),
    };
    WeakSecret::check_token(text).map(|_| ()).map_err(|weak| problem(weak, name))
}

fn checked(text: &str, name: Option<&str>) -> Result<SecretString, SettingsProblem> {
    let text = WeakSecret::check(text).map_err(|weak| problem(weak, name))?;
    Ok(SecretString::from(text))
}

fn problem(weak: WeakSecret, name: Option<&str>) -> SettingsProblem {
    let secret = name.map_or("a secret of the settings".to_owned(), |name| format!("`{name}`"));
    SettingsProblem::Weak { secret, weak }
}
