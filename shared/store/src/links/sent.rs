//! Messages that the bridge posted, kept so that their echoes are known.

use std::time::Duration;

use bridge_domain::ids::OrgId;
use serde::Serialize;

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, now_ms, ttl_after};

/// The time for which it is recorded that the bridge posted a message: longer than
/// HubSpot keeps trying to deliver a webhook (24 h, docs/vendors/hubspot.md#webhooks).
const SENT_FOR: Duration = Duration::from_hours(7 * 24);

impl Table {
    /// Notes that the bridge posted this message, so that its echo is known.
    pub async fn mark_sent(&self, org: &OrgId, message: &str) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Sent {
            at: u64,
            ttl: u64,
        }
        let sent = Sent { at: now_ms(), ttl: ttl_after(SENT_FOR) };
        self.merge(&Key::sent(org, message), &sent).await
    }

    /// Returns whether the bridge posted this message.
    pub async fn was_sent(&self, org: &OrgId, message: &str) -> Result<bool, StoreError> {
        let found: Option<serde_json::Value> = self.get(&Key::sent(org, message)).await?;
        Ok(found.is_some())
    }
}
