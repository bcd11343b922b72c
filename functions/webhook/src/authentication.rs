//! Who is let in. A delivery that was not verified is another type than one that was.

use std::sync::Arc;

use bridge_domain::ids::OrgId;
use bridge_domain::json::{Events, Unreadable};
use bridge_domain::settings::Settings;
use bridge_engine::App;
use bridge_store::{LARGEST_MESSAGE, Outgoing, now_ms};
use lambda_http::Request;
use secrecy::ExposeSecret;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::LARGEST_BODY;
use crate::answer::Answer;
use crate::signature::Signed;

/// A delivery at the door.
pub(crate) struct Authenticator<'a> {
    pub(crate) app: &'a App,
    pub(crate) request: &'a Request,
    pub(crate) org: &'a str,
    pub(crate) token: &'a str,
}

/// A delivery that was let in: it has the organisation's token, and a valid
/// signature where one is asked for.
pub(crate) struct Verified<'a> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) body: &'a [u8],
}

impl Verified<'_> {
    /// The events of the body, as `split` takes it apart. One that cannot be read is left
    /// out and logged.
    pub(crate) fn events(
        &self,
        split: fn(&[u8]) -> Result<Events, Unreadable>,
    ) -> Result<Vec<Option<Value>>, Answer> {
        let events = split(self.body).map_err(|_| Answer::NotReadable)?;
        let log = |error| tracing::warn!(org = %self.settings.org, %error, "event ignored");
        Ok(events.into_iter().map(|event| event.map_err(log).ok()).collect())
    }

    /// An id for the delivery, the same when it comes again.
    pub(crate) fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.body)[..8])
    }
}

/// Whether a queue takes the message. What is too large for it would be in the way of
/// its whole delivery, each time that comes.
pub(crate) fn fits(message: &Outgoing) -> bool {
    let fits = message.size() <= LARGEST_MESSAGE;
    if !fits {
        tracing::error!(group = message.group, size = message.size(), "too large for a queue");
    }
    fits
}

impl<'a> Authenticator<'a> {
    /// Lets HubSpot in: by the token in the URL and, if the organisation has the
    /// app's client secret, by the signature over the raw bytes.
    pub(crate) async fn hubspot(&self) -> Result<Verified<'a>, Answer> {
        let verified = self.opencx().await?;
        let Some(secret) = &verified.settings.hubspot.client_secret else { return Ok(verified) };
        let secret = self.app.secret(secret).await?;
        let uri = self.public_uri();
        let signed = Signed {
            method: self.request.method().as_str(),
            uri: &uri,
            headers: self.request.headers(),
            body: verified.body,
        };
        match signed.verify(secret.expose_secret(), now_ms()) {
            Ok(()) => Ok(verified),
            Err(reason) => {
                tracing::warn!(org = self.org, %reason, "a delivery was not let in");
                Err(Answer::Unauthorized)
            }
        }
    }

    /// Lets in whoever knows the organisation's token.
    pub(crate) async fn opencx(&self) -> Result<Verified<'a>, Answer> {
        let body: &[u8] = self.request.body();
        if body.len() > LARGEST_BODY {
            return Err(Answer::TooLarge);
        }
        let settings = self.app.settings(&OrgId::new(self.org)).await?;
        let expected = self.app.secret(&settings.webhook_token).await?;
        let same = self.token.as_bytes().ct_eq(expected.expose_secret().as_bytes());
        if !bool::from(same) {
            tracing::warn!(org = self.org, reason = "wrong token", "a delivery was not let in");
            return Err(Answer::Unauthorized);
        }
        Ok(Verified { settings, body })
    }

    /// The address as HubSpot knows it: never taken from a Host header
    /// (docs/vendors/hubspot.md#signatures).
    fn public_uri(&self) -> String {
        let path = self.request.uri().path_and_query().map_or("/", |whole| whole.as_str());
        format!("{}{path}", self.app.environment.public_url)
    }
}
