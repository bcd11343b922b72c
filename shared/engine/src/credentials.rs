//! The tokens of an organisation, read again when a vendor does not know them.

use std::sync::Arc;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_lambda::FunctionState;
use bridge_vendor_http::{Credentials, Waiting};
use secrecy::SecretString;

/// A secret of an organisation's settings.
#[derive(Debug)]
pub(crate) struct OrgCredentials {
    pub(crate) state: Arc<FunctionState>,
    pub(crate) org: OrgId,
    /// Which one.
    pub(crate) pick: fn(&Settings) -> Option<&Secret>,
}

impl Credentials for OrgCredentials {
    fn renew(&self) -> Waiting<'_, Option<SecretString>> {
        Box::pin(async {
            match self.state.reread_secret(&self.org, self.pick).await {
                Ok(token) => token,
                Err(error) => {
                    tracing::warn!(org = %self.org, %error, "the token cannot be read again");
                    None
                }
            }
        })
    }
}
