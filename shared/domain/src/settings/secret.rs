//! Secrets in the settings, and the rules that their texts keep.

use secrecy::SecretString;
use serde::Deserialize;

/// Least length of a token, which stands in a URL and is all that a stranger has to guess.
const TOKEN_LENGTH: usize = 24;

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

/// A text that cannot serve as a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// Nothing but white space.
    #[error("must not be empty; leave the key out instead")]
    Empty,
    /// A token that a stranger could guess, or that does not fit into a URL.
    #[error(
        "must have at least {TOKEN_LENGTH} letters, digits, `-` or `_`, e.g. the output of `openssl rand -hex 24`"
    )]
    EasyToGuess,
}

impl WeakSecret {
    /// Returns the secret without the white space at its end.
    ///
    /// # Errors
    /// The secret is empty.
    pub fn check(secret: &str) -> Result<&str, Self> {
        let secret = secret.trim_end();
        if secret.is_empty() { Err(Self::Empty) } else { Ok(secret) }
    }

    /// Returns the token of a webhook's URL, without the white space at its end.
    ///
    /// # Errors
    /// The token is empty, or easy to guess.
    pub fn check_token(token: &str) -> Result<&str, Self> {
        let token = Self::check(token)?;
        let is_plain = token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if is_plain && token.len() >= TOKEN_LENGTH { Ok(token) } else { Err(Self::EasyToGuess) }
    }
}
