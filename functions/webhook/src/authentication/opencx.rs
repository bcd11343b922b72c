//! The authentication of OpenCX's deliveries.

use std::sync::Arc;

use bridge_domain::settings::{Secret, Settings};
use bridge_store::now_ms;

use super::{Authenticator, Rejection, Verified};
use crate::answer::Answer;
use crate::standard_webhooks;

/// Largest body that is taken, in bytes.
const LARGEST_BODY: usize = 5 * 1024 * 1024;

impl<'a> Authenticator<'a> {
    /// Authenticates OpenCX, which has a token and a secret of its own.
    pub(crate) async fn opencx(&self) -> Result<Verified<'a>, Answer> {
        let body = self.body(LARGEST_BODY)?;
        let settings = self.token(tokens).await?;
        let check = |settings: Arc<Settings>| async move { self.of_opencx(&settings).await };
        let (settings, ()) = self.checked(settings, check).await?;
        Ok(Verified { settings, body, is_v3: false })
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
        let secrets = [own.webhook_secret.as_ref(), own.previous_webhook_secret.as_ref()];
        let verify = |secret: &str| standard_webhooks::verify(headers, body, secret, now_ms());
        Ok(self.verify(secrets, verify).await?.map_err(Rejection::from))
    }
}

fn tokens(settings: &Settings) -> [Option<&Secret>; 2] {
    let own = &settings.opencx;
    [own.webhook_token.as_ref(), own.previous_webhook_token.as_ref()]
}
