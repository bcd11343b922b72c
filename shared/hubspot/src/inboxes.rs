//! Inboxes of conversations.

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::Value;

use crate::client::HubSpot;
use crate::paths::{INBOXES, below};

/// An inbox of conversations, or a Help Desk.
#[derive(Clone, Debug, Deserialize)]
pub struct Inbox {
    /// Its id.
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
}

impl HubSpot {
    /// The inboxes of the portal, Help Desks among them.
    pub async fn inboxes(&self) -> Result<Vec<Inbox>, CallError> {
        self.list(Call::get("list inboxes", &INBOXES), 5).await
    }

    /// Returns whether an inbox is a Help Desk; one that cannot be read is none.
    pub async fn is_help_desk(&self, inbox: &str) -> Result<bool, CallError> {
        let call = Call::get("read inbox", &below(&INBOXES, &[inbox]));
        match self.caller.find::<Value>(call).await {
            Ok(found) => Ok(found.is_some_and(|inbox| inbox["type"] == "HELP_DESK")),
            Err(error) if error.refusal().is_some() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
