//! Secrets in the settings.

use secrecy::SecretString;
use serde::Deserialize;

/// A secret: its text, or the name of an AWS Secrets Manager secret that holds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "must be a text or {\"secret\": \"name\"}")]
pub enum Secret {
    /// The secret itself (local use).
    Text(SecretString),
    /// Its place.
    Named {
        /// The name or ARN in Secrets Manager.
        secret: String,
    },
}
