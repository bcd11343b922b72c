//! The authentication of OpenCX's deliveries.

use bridge_domain::settings::{Secret, Settings};
use bridge_store::now_ms;
use secrecy::ExposeSecret;

use super::{Authenticator, Rejection, Verified};
use crate::answer::Answer;
use crate::signature::BadSignature;
use crate::standard_webhooks;

/// Largest body that is taken, in bytes.
const LARGEST_BODY: usize = 5 * 1024 * 1024;

impl<'a> Authenticator<'a> {
    /// Authenticates OpenCX, which has a token and a secret of its own.
    pub(crate) async fn opencx(&self) -> Result<Verified<'a>, Answer> {
        let body = self.body(LARGEST_BODY)?;
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
}

fn tokens(settings: &Settings) -> [Option<&Secret>; 2] {
    let own = &settings.opencx;
    [own.webhook_token.as_ref(), own.previous_webhook_token.as_ref()]
}
