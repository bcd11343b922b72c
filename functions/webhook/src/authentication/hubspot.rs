//! The authentication of HubSpot's deliveries.

use std::sync::Arc;

use bridge_domain::json;
use bridge_domain::settings::{Secret, Settings};
use bridge_domain::time::Timestamp;
use bridge_store::now_ms;
use serde_json::Value;

use super::{Authenticator, Rejection, Verified};
use crate::answer::Answer;
use crate::signature::{Signed, Version};

/// Largest body that is taken, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// The greatest age of a delivery's newest event whose signature does not hold the time:
/// HubSpot delivers for 24 hours.
const LONGEST_DELIVERY_MS: i64 = (24 * 60 + 5) * 60 * 1_000;

impl<'a> Authenticator<'a> {
    /// Authenticates HubSpot: by the token in the URL, and by the signature over the raw
    /// bytes.
    pub(crate) async fn hubspot(&self) -> Result<Verified<'a>, Answer> {
        let body = self.body(LARGEST_BODY)?;
        let settings = self.token(tokens).await?;
        let check = |settings: Arc<Settings>| async move { self.of_hubspot(&settings).await };
        let (settings, is_v3) = self.checked(settings, check).await?;
        Ok(Verified { settings, body, is_v3 })
    }

    /// Authenticates what HubSpot tells of a Custom Channel, which is signed in its newest way.
    pub(crate) async fn channel(&self) -> Result<Verified<'a>, Answer> {
        let verified = self.hubspot().await?;
        if verified.settings.hubspot.client_secret.is_some() && !verified.is_v3 {
            return Err(self.rejected(&Rejection::For("its signature is older than v3")));
        }
        Ok(verified)
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
        match self.verify(secrets, |secret| signed.verify(secret, now_ms())).await? {
            Ok(Version::V3) => Ok(Ok(true)),
            Ok(Version::Older) => Ok(self.older(settings).await?.map(|()| false)),
            Err(bad) => Ok(Err(bad.into())),
        }
    }

    /// Checks a signature that does not hold the time, which somebody may have kept. An
    /// organisation that was heard of with a newer one sends no older ones any more.
    async fn older(&self, settings: &Settings) -> Result<Result<(), Rejection>, Answer> {
        let events = json::split(self.request.body()).unwrap_or_default();
        if !events.iter().flatten().any(is_recent) {
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

    /// The address as HubSpot knows it: never taken from a Host header
    /// (docs/vendors/hubspot.md#signatures).
    fn public_uri(&self) -> String {
        let path = self.request.uri().path_and_query().map_or("/", |whole| whole.as_str());
        format!("{}{path}", self.state.environment.public_url)
    }
}

fn tokens(settings: &Settings) -> [Option<&Secret>; 2] {
    [Some(&settings.webhook_token), settings.previous_webhook_token.as_ref()]
}

/// Returns whether HubSpot may still deliver an event, by its moment.
fn is_recent(event: &Value) -> bool {
    let oldest = Timestamp::now().as_millis() - LONGEST_DELIVERY_MS;
    let at = event.get("occurredAt").and_then(Timestamp::parse);
    at.is_some_and(|at| at.as_millis() >= oldest)
}
