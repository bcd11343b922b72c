//! Authentication: a delivery that was not verified is another type than one that was.

use std::sync::Arc;

use bridge_domain::ids::OrgId;
use bridge_domain::json::{self, Events, Unreadable};
use bridge_domain::settings::{Secret, Settings};
use bridge_domain::time::Timestamp;
use bridge_lambda::{Counter, FunctionState, SettingsProblem, count, count_of_org};
use bridge_store::{LARGEST_MESSAGE, Outgoing, now_ms};
use lambda_http::Request;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::answer::Answer;
use crate::signature::{BadSignature, Signed, Version};
use crate::standard_webhooks;

/// Largest body of HubSpot's that is taken, in bytes.
pub(crate) const LARGEST_OF_HUBSPOT: usize = 1024 * 1024;

/// The same of OpenCX's.
pub(crate) const LARGEST_OF_OPENCX: usize = 5 * 1024 * 1024;

/// The greatest age of a delivery's newest event whose signature does not hold the time:
/// HubSpot delivers for 24 hours.
const LONGEST_DELIVERY_MS: i64 = (24 * 60 + 5) * 60 * 1_000;

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

/// The tokens of an organisation for one vendor: the present one, and the one before.
type Tokens = fn(&Settings) -> [Option<&Secret>; 2];

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

/// Returns whether a queue takes the message. What is too large for it would be in the way
/// of its whole delivery, each time that comes.
pub(crate) fn fits(message: &Outgoing) -> bool {
    let fits = message.size() <= LARGEST_MESSAGE;
    if !fits {
        tracing::error!(group = message.group, size = message.size(), "too large for a queue");
    }
    fits
}

impl<'a> Authenticator<'a> {
    /// Authenticates HubSpot: by the token in the URL, and by the signature over the raw
    /// bytes.
    pub(crate) async fn hubspot(&self) -> Result<Verified<'a>, Answer> {
        let body = self.body(LARGEST_OF_HUBSPOT)?;
        let tokens: Tokens =
            |settings| [Some(&settings.webhook_token), settings.previous_webhook_token.as_ref()];
        let settings = self.token(tokens).await?;
        let mut checked = self.of_hubspot(&settings).await?;
        let mut current = settings;
        if let Err(Rejection::Signature(BadSignature::Wrong)) = checked
            && let Some(again) = self.state.reread_signing(&current.org).await?
        {
            checked = self.of_hubspot(&again).await?;
            current = again;
        }
        match checked {
            Ok(is_v3) => Ok(Verified { settings: current, body, is_v3 }),
            Err(rejection) => Err(self.rejected(&rejection)),
        }
    }

    /// Authenticates what HubSpot tells of a Custom Channel, which is signed in its newest way.
    pub(crate) async fn channel(&self) -> Result<Verified<'a>, Answer> {
        let verified = self.hubspot().await?;
        if verified.settings.hubspot.client_secret.is_some() && !verified.is_v3 {
            return Err(self.rejected(&Rejection::For("its signature is older than v3")));
        }
        Ok(verified)
    }

    /// Authenticates OpenCX, which has a token and a secret of its own.
    pub(crate) async fn opencx(&self) -> Result<Verified<'a>, Answer> {
        let body = self.body(LARGEST_OF_OPENCX)?;
        let tokens: Tokens = |settings| {
            let own = &settings.opencx;
            [own.webhook_token.as_ref(), own.previous_webhook_token.as_ref()]
        };
        let settings = self.token(tokens).await?;
        let mut checked = self.of_opencx(&settings).await?;
        let mut current = settings;
        if let Err(Rejection::Signature(BadSignature::Wrong)) = checked
            && let Some(again) = self.state.reread_signing(&current.org).await?
        {
            checked = self.of_opencx(&again).await?;
            current = again;
        }
        match checked {
            Ok(()) => Ok(Verified { settings: current, body, is_v3: false }),
            Err(rejection) => Err(self.rejected(&rejection)),
        }
    }

    fn body(&self, largest: usize) -> Result<&'a [u8], Answer> {
        let body: &[u8] = self.request.body();
        if body.len() > largest { Err(Answer::TooLarge) } else { Ok(body) }
    }

    /// Compares the token in the URL, in the same way for an organisation that there is, for
    /// one that there is not, and for one without that vendor's webhook.
    async fn token(&self, tokens: Tokens) -> Result<Arc<Settings>, Answer> {
        let org = OrgId::new(self.org);
        let Some(settings) = self.state.settings_of_stranger(&org).await? else {
            self.has_one_of([None, None]).await?;
            return Err(self.rejected(&Rejection::For("wrong token")));
        };
        if self.has_one_of(tokens(&settings)).await? {
            return Ok(settings);
        }
        if let Some(again) = self.state.reread(&org).await?
            && self.has_one_of(tokens(&again)).await?
        {
            return Ok(again);
        }
        count_of_org(Counter::WebhookRejected, &org);
        Err(self.rejected(&Rejection::For("wrong token")))
    }

    /// Returns whether the token in the URL is one of these. In place of one that there is not,
    /// another text is compared, which takes as long.
    async fn has_one_of(&self, tokens: [Option<&Secret>; 2]) -> Result<bool, Answer> {
        let mut has = false;
        for token in tokens {
            let expected = match token {
                Some(token) => self.expected(token).await?,
                None => None,
            };
            let text = expected
                .as_ref()
                .map_or("no organisation has this token", |expected| expected.expose_secret());
            has |= self.equals(text) & expected.is_some();
        }
        Ok(has)
    }

    /// Returns the text of a token; `None` for one that opens nothing, since a stranger could
    /// guess it.
    async fn expected(&self, token: &Secret) -> Result<Option<SecretString>, Answer> {
        match self.state.token(token).await {
            Ok(text) => Ok(Some(text)),
            Err(error @ SettingsProblem::Weak { .. }) => {
                tracing::error!(org = self.org, %error, "a webhook token opens nothing");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn equals(&self, expected: &str) -> bool {
        let digest = |text: &str| Sha256::digest(text.as_bytes());
        bool::from(digest(self.token).as_slice().ct_eq(digest(expected).as_slice()))
    }

    /// Returns whether the signature is HubSpot's newest kind.
    async fn of_hubspot(&self, settings: &Settings) -> Result<Result<bool, Rejection>, Answer> {
        let own = &settings.hubspot;
        let secrets = [own.client_secret.as_ref(), own.previous_client_secret.as_ref()];
        if own.client_secret.is_none() {
            let why = "there is no hubspot.client_secret, nor `\"unsigned\": true`";
            return Ok(if settings.unsigned { Ok(false) } else { Err(Rejection::For(why)) });
        }
        let uri = self.public_uri();
        let signed = Signed {
            method: self.request.method().as_str(),
            uri: &uri,
            headers: self.request.headers(),
            body: self.request.body(),
        };
        let mut checked = Err(BadSignature::Wrong);
        for secret in secrets.into_iter().flatten() {
            let secret = self.state.secret(secret).await?;
            checked = signed.verify(secret.expose_secret(), now_ms());
            if checked != Err(BadSignature::Wrong) {
                break;
            }
        }
        match checked {
            Ok(Version::V3) => Ok(Ok(true)),
            Ok(Version::Older) => Ok(self.older(settings).await?.map(|()| false)),
            Err(bad) => Ok(Err(bad.into())),
        }
    }

    /// Checks a signature that does not hold the time, which somebody may have kept. An
    /// organisation that was heard of with a newer one sends no older ones any more.
    async fn older(&self, settings: &Settings) -> Result<Result<(), Rejection>, Answer> {
        let now = Timestamp::now().as_millis();
        let is_new = |event: &Value| {
            let at = event.get("occurredAt").and_then(Timestamp::parse);
            at.is_some_and(|at| at.as_millis() >= now - LONGEST_DELIVERY_MS)
        };
        let events = json::split(self.request.body()).unwrap_or_default();
        if !events.iter().flatten().any(is_new) {
            return Ok(Err(Rejection::For("no event of it is of the last 24 hours")));
        }
        let known = self.state.table.activity(&settings.org).await?;
        if known.signed_v3_at.is_some() {
            return Ok(Err(Rejection::For(
                "its signature is older than v3, which was sent before",
            )));
        }
        Ok(Ok(()))
    }

    async fn of_opencx(&self, settings: &Settings) -> Result<Result<(), Rejection>, Answer> {
        if self.has_one_of([Some(&settings.webhook_token), None]).await? {
            let why = "opencx.webhook_token is the same as webhook_token";
            return Ok(Err(Rejection::For(why)));
        }
        let own = &settings.opencx;
        if own.webhook_secret.is_none() {
            let why = "there is no opencx.webhook_secret, nor `\"unsigned\": true` in opencx";
            return Ok(if own.unsigned { Ok(()) } else { Err(Rejection::For(why)) });
        }
        let (headers, body) = (self.request.headers(), self.request.body());
        let mut checked = Err(BadSignature::Wrong);
        for secret in [&own.webhook_secret, &own.previous_webhook_secret].into_iter().flatten() {
            let secret = self.state.secret(secret).await?;
            checked = standard_webhooks::verify(headers, body, secret.expose_secret(), now_ms());
            if checked != Err(BadSignature::Wrong) {
                break;
            }
        }
        Ok(checked.map_err(Rejection::from))
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

    /// The address as HubSpot knows it: never taken from a Host header
    /// (docs/vendors/hubspot.md#signatures).
    fn public_uri(&self) -> String {
        let path = self.request.uri().path_and_query().map_or("/", |whole| whole.as_str());
        format!("{}{path}", self.state.environment.public_url)
    }
}
