//! Inboxes of conversations.

use bridge_vendor_http::{Call, CallError};
use serde_json::Value;

use crate::client::HubSpot;
use crate::paths::{INBOXES, below};

impl HubSpot {
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
