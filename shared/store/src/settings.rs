//! The settings documents of the organisations, and when they were last heard of.

use bridge_domain::ids::OrgId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, now_ms};

#[derive(Serialize, Deserialize)]
struct Document {
    document: String,
}

#[derive(Serialize, Deserialize)]
struct Activity {
    last_event_at: u64,
}

impl Table {
    /// An organisation's settings document, as JSON text.
    pub async fn settings(&self, org: &OrgId) -> Result<Option<String>, StoreError> {
        let found: Option<Document> = self.get(&Key::settings(org)).await?;
        Ok(found.map(|item| item.document))
    }

    /// Replaces an organisation's settings document.
    pub async fn put_settings(&self, org: &OrgId, document: &str) -> Result<(), StoreError> {
        let document = Document { document: document.to_owned() };
        self.merge(&Key::settings(org), &document).await
    }

    /// Notes that an event of the organisation arrived just now.
    pub async fn note_activity(&self, org: &OrgId) -> Result<(), StoreError> {
        self.merge(&Key::activity(org), &Activity { last_event_at: now_ms() }).await
    }

    /// When the organisation's last event arrived (epoch milliseconds).
    pub async fn last_activity(&self, org: &OrgId) -> Result<Option<u64>, StoreError> {
        let found: Option<Activity> = self.get(&Key::activity(org)).await?;
        Ok(found.map(|activity| activity.last_event_at))
    }
}
