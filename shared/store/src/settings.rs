//! The settings documents of the organisations, and when they were last heard of.

use aws_sdk_dynamodb::types::AttributeValue;
use bridge_domain::ids::OrgId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, read, text};
use crate::update::Updated;

#[derive(Serialize, Deserialize)]
struct PortalOwner {
    org: OrgId,
}

#[derive(Default, Deserialize)]
struct OrgList {
    orgs: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    document: String,
}

/// When an organisation was last heard of (epoch milliseconds).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its last event, from either vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event_at: Option<u64>,
    /// HubSpot's last delivery that was let in, whatever was in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_hubspot_delivery_at: Option<u64>,
    /// The last of them that was signed in HubSpot's newest way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_v3_at: Option<u64>,
    /// When an event was last deferred because the organisation is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_paused_at: Option<u64>,
}

impl Table {
    /// An organisation's settings document, as JSON text.
    pub async fn settings(&self, org: &OrgId) -> Result<Option<String>, StoreError> {
        let found: Option<Document> = self.get(&Key::settings(org)).await?;
        Ok(found.map(|item| item.document))
    }

    /// Replaces an organisation's settings document, and lists the organisation.
    pub async fn put_settings(&self, org: &OrgId, document: &str) -> Result<(), StoreError> {
        let document = Document { document: document.to_owned() };
        self.keep(&Key::settings(org), &document).await?;
        let org = AttributeValue::Ss(vec![org.to_string()]);
        let update = self.update(&Key::orgs()).add("orgs", org);
        update.send("listing an organisation").await.map(|_| ())
    }

    /// Lists the organisations whose settings were put, in the order of their names.
    pub async fn orgs(&self) -> Result<Vec<OrgId>, StoreError> {
        let found: Option<OrgList> = self.get(&Key::orgs()).await?;
        let mut orgs = found.unwrap_or_default().orgs;
        orgs.sort_unstable();
        Ok(orgs.into_iter().map(OrgId::new).collect())
    }

    /// Claims a HubSpot portal for an organisation. Returns the organisation that has it, if it
    /// is another one.
    pub async fn claim_portal(
        &self,
        portal: u64,
        org: &OrgId,
    ) -> Result<Option<OrgId>, StoreError> {
        let update = self
            .update(&Key::portal_owner(portal))
            .set("org", text(org.as_str()))
            .only_if("attribute_not_exists(#org) OR #org = :org");
        match update.send("claiming a portal").await? {
            Updated::Written(_) => Ok(None),
            Updated::Refused(item) => Ok(Some(read::<PortalOwner>(item)?.org)),
        }
    }

    /// Gives a HubSpot portal to an organisation, whoever had it.
    pub async fn move_portal(&self, portal: u64, org: &OrgId) -> Result<(), StoreError> {
        self.keep(&Key::portal_owner(portal), &PortalOwner { org: org.clone() }).await
    }

    /// Notes when the organisation was heard of.
    pub async fn note_activity(&self, org: &OrgId, heard: &Activity) -> Result<(), StoreError> {
        self.keep(&Key::activity(org), heard).await
    }

    /// When the organisation was last heard of.
    pub async fn activity(&self, org: &OrgId) -> Result<Activity, StoreError> {
        Ok(self.get(&Key::activity(org)).await?.unwrap_or_default())
    }
}
