//! Authentication: a delivery that was not verified is another type than one that was.

mod hubspot;
mod opencx;
mod token;

use std::sync::Arc;

use bridge_domain::json::{Events, Unreadable};
use bridge_domain::settings::{Secret, Settings};
use bridge_lambda::{Counter, FunctionState, count};
use lambda_http::Request;
use secrecy::ExposeSecret;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::signature::BadSignature;

/// A delivery that is to be authenticated.
pub(crate) struct Authenticator<'a> {
    pub(crate) state: &'a FunctionState,
    pub(crate) request: &'a Request,
    pub(crate) org: &'a str,
    pub(crate) token: &'a str,
}

/// An authenticated delivery: it has the organisation's token and a valid signature, unless
/// the settings do without.
pub(crate) struct Verified<'a> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) body: &'a [u8],
    /// True if HubSpot signed it in its newest way.
    pub(crate) is_v3: bool,
}

/// Reason why a delivery is not authenticated.
enum Rejection {
    /// It can never be.
    For(&'static str),
    /// Its signature is bad.
    Signature(BadSignature),
}

impl From<BadSignature> for Rejection {
    fn from(bad: BadSignature) -> Self {
        Self::Signature(bad)
    }
}

impl Verified<'_> {
    /// The events of the body, as `split` takes it apart. One that cannot be read is left
    /// out and logged.
    pub(crate) fn events(
        &self,
        split: fn(&[u8]) -> Result<Events, Unreadable>,
    ) -> Result<Vec<Option<Value>>, Answer> {
        let mut readable = Vec::new();
        for event in split(self.body).map_err(|_| Answer::NotReadable)? {
            if let Err(error) = &event {
                tracing::warn!(org = %self.settings.org, %error, "event ignored");
            }
            readable.push(event.ok());
        }
        Ok(readable)
    }

    /// An id for the delivery, the same when it comes again.
    pub(crate) fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.body)[..8])
    }
}

impl<'a> Authenticator<'a> {
    fn body(&self, largest: usize) -> Result<&'a [u8], Answer> {
        let body: &[u8] = self.request.body();
        if body.len() > largest { Err(Answer::TooLarge) } else { Ok(body) }
    }

    /// Checks a delivery, once more with settings and secrets that are read again where its
    /// signature does not match. Returns the settings that it fits.
    async fn checked<T, F>(
        &self,
        settings: Arc<Settings>,
        check: impl Fn(Arc<Settings>) -> F,
    ) -> Result<(Arc<Settings>, T), Answer>
    where
        F: Future<Output = Result<Result<T, Rejection>, Answer>>,
    {
        let mut current = settings;
        let mut checked = check(current.clone()).await?;
        if let Err(Rejection::Signature(BadSignature::Wrong)) = checked
            && let Some(again) = self.state.reread_signing(&current.org).await?
        {
            checked = check(again.clone()).await?;
            current = again;
        }
        match checked {
            Ok(proof) => Ok((current, proof)),
            Err(rejection) => Err(self.rejected(&rejection)),
        }
    }

    /// Verifies a signature by the present secret and the one before, until one matches.
    async fn verify<T>(
        &self,
        secrets: [Option<&Secret>; 2],
        verify: impl Fn(&str) -> Result<T, BadSignature>,
    ) -> Result<Result<T, BadSignature>, Answer> {
        let mut verified = Err(BadSignature::Wrong);
        for secret in secrets.into_iter().flatten() {
            let secret = self.state.secret(secret).await?;
            verified = verify(secret.expose_secret());
            if !matches!(verified, Err(BadSignature::Wrong)) {
                break;
            }
        }
        Ok(verified)
    }

    /// The answer to a delivery that is not authenticated. A signature that does not match
    /// may be of a secret that was rotated: the vendor is to deliver again.
    fn rejected(&self, rejection: &Rejection) -> Answer {
        let (reason, answer) = match rejection {
            Rejection::For(why) => ((*why).to_owned(), Answer::Unauthorized),
            Rejection::Signature(BadSignature::Wrong) => {
                (BadSignature::Wrong.to_string(), Answer::Unavailable)
            }
            Rejection::Signature(bad) => (bad.to_string(), Answer::Unauthorized),
        };
        count(Counter::WebhookRejected);
        tracing::warn!(org = self.org, reason, "webhook rejected");
        answer
    }
}
