//! The portal itself.

use bridge_http::{Call, CallError};
use serde::Deserialize;

use crate::client::HubSpot;
use crate::paths::ACCOUNT;

impl HubSpot {
    /// The currency of amounts that name none, e.g. `EUR`. A token that may not read
    /// the account's details learns none.
    pub async fn company_currency(&self) -> Result<Option<String>, CallError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Account {
            #[serde(default)]
            company_currency: Option<String>,
        }
        match self.caller.send::<Account>(Call::get("read account", &ACCOUNT)).await {
            Ok(account) => Ok(account.company_currency),
            Err(error) if error.refusal().is_some() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
