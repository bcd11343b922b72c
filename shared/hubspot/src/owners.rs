//! Owners: who may own a record. Not the same ids as users (docs/vendors/hubspot.md#owners).

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::ids::OwnerId;
use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;

use crate::client::HubSpot;
use crate::paths::{OWNERS, below};

/// Somebody who owns records.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// The owner id.
    pub id: OwnerId,
    /// The user that they are; none when they are gone.
    #[serde(default, deserialize_with = "lenient::if_known")]
    pub user_id: Option<UserId>,
    /// First name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub last_name: Option<String>,
    /// Email address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// True if they are gone.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub archived: bool,
}

impl Owner {
    /// The name as a person would say it, else the email address.
    pub fn name(&self) -> Option<String> {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = name.trim().to_owned();
        (!name.is_empty()).then_some(name).or_else(|| self.email.clone())
    }
}

impl HubSpot {
    /// The owner that a user is; `None` when they are gone or never were one.
    pub async fn owner_of_user(&self, user: &UserId) -> Result<Option<Owner>, CallError> {
        let call = Call::get("read owner by user", &below(&OWNERS, &[user.as_str()]))
            .query("idProperty", "userId")
            .query("archived", "false");
        let found: Option<Owner> = self.caller.find(call).await?;
        Ok(found.filter(|owner| !owner.archived))
    }

    /// An owner by their owner id.
    pub async fn owner(&self, id: &OwnerId) -> Result<Option<Owner>, CallError> {
        let call = Call::get("read owner", &below(&OWNERS, &[id.as_str()]));
        self.caller.find(call.query("idProperty", "id").query("archived", "false")).await
    }
}
