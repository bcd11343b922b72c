//! The token in a webhook's URL.

use std::sync::Arc;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_lambda::{Counter, SettingsProblem, count_of_org};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Authenticator, Rejection};
use crate::answer::Answer;

/// The tokens of an organisation for one vendor: the present one, and the one before.
type Tokens = fn(&Settings) -> [Option<&Secret>; 2];

impl Authenticator<'_> {
    /// Compares the token in the URL, in the same way for an organisation that there is, for
    /// one that there is not, and for one without that vendor's webhook.
    pub(super) async fn token(&self, tokens: Tokens) -> Result<Arc<Settings>, Answer> {
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
    pub(super) async fn has_one_of(&self, tokens: [Option<&Secret>; 2]) -> Result<bool, Answer> {
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
        let (given, expected) = (Sha256::digest(self.token), Sha256::digest(expected));
        bool::from(given.as_slice().ct_eq(expected.as_slice()))
    }
}
