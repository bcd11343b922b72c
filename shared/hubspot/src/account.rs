//! The portal that a token opens, and the token's scopes.

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::json;

use crate::client::HubSpot;
use crate::paths::{ACCOUNT, TOKEN_INFO};

/// The portal of a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// HubSpot's number of it.
    pub portal_id: u64,
    /// Host of its pages, e.g. `app-eu1.hubspot.com`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub ui_domain: Option<String>,
    /// The currency of amounts that name none, e.g. `EUR`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub company_currency: Option<String>,
}

/// The description of a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// The app it belongs to.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub app_id: Option<u64>,
    /// Its scopes, by HubSpot's names.
    #[serde(default, deserialize_with = "lenient::list")]
    pub scopes: Vec<String>,
}

impl HubSpot {
    /// The portal of our token.
    pub async fn account(&self) -> Result<Account, CallError> {
        self.caller.send(Call::get("read account", &ACCOUNT)).await
    }

    /// The currency of the portal's amounts that name none. A token that may not read
    /// the account's details learns none.
    pub async fn company_currency(&self) -> Result<Option<String>, CallError> {
        match self.account().await {
            Ok(account) => Ok(account.company_currency),
            Err(error) if error.refusal().is_some() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks for the description of our token. HubSpot does not document this call, and
    /// does not answer it for every kind of token (docs/vendors/hubspot.md#authentication).
    pub async fn token_info(&self, token: &str) -> Result<TokenInfo, CallError> {
        let call = Call::query_by_post("read token", &TOKEN_INFO);
        self.caller.send(call.json(json!({ "tokenKey": token }))).await
    }
}
