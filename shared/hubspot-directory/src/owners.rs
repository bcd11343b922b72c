//! Owners: the ids under which users own records, and their names.

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::ids::{OrgId, OwnerId};
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::HubSpot;
use bridge_store::{Key, Table};
use bridge_vendor_http::if_accepted;
use serde::{Deserialize, Serialize};

use crate::ttl_cache::remember;

/// A user as an owner of records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserOwner {
    /// The owner id: what `hubspot_owner_id` takes.
    pub id: OwnerId,
    /// Their address.
    pub email: Option<String>,
}

/// The owner that a user is; `None` when they are gone, archived, or never were an
/// owner (docs/vendors/hubspot.md#owners: the user id itself is refused).
pub async fn owner_of_user(
    context: &EventContext<'_>,
    user: &UserId,
) -> Result<Option<UserOwner>, Failure> {
    let ask = async {
        let owner = context.hubspot.owner_of_user(user).await?;
        Ok(owner.map(|owner| UserOwner { id: owner.id, email: owner.email }))
    };
    remember(context.table(), context.org(), &of_user(user), ask).await
}

/// Forgets what is remembered of a user, who may have left since.
pub async fn forget_user(context: &EventContext<'_>, user: &UserId) -> Result<(), Failure> {
    Ok(context.table().delete(&Key::portal(context.org(), &of_user(user))).await?)
}

fn of_user(user: &UserId) -> String {
    format!("owner-of-user:{}", user.as_str())
}

/// The user that an owner is, with their address; `None` when they are gone.
pub async fn user_of_owner(
    context: &EventContext<'_>,
    owner: &OwnerId,
) -> Result<Option<(UserId, UserOwner)>, Failure> {
    let ask = async {
        let found = context.hubspot.owner(owner).await?.filter(|owner| !owner.archived);
        Ok(found.and_then(|owner| {
            Some((owner.user_id?, UserOwner { id: owner.id, email: owner.email }))
        }))
    };
    remember(context.table(), context.org(), &format!("user-of-owner:{owner}"), ask).await
}

/// The name of an owner in the CRM connection, if there is such an owner.
pub async fn crm_owner_name(
    table: &Table,
    crm: &HubSpot,
    org: &OrgId,
    owner: &OwnerId,
) -> Result<Option<String>, Failure> {
    let ask = async { Ok(crm.owner(owner).await?.and_then(|owner| owner.name())) };
    remember(table, org, &format!("crm-owner-name:{owner}"), ask).await
}

/// The name of a user as the conversation shows it, asked once; `None` if HubSpot does not tell.
pub async fn actor_name(
    context: &EventContext<'_>,
    user: &UserId,
) -> Result<Option<String>, Failure> {
    let ask = async {
        match context.hubspot.actor_name(user).await {
            Err(error) if error.is_refused() => {
                let owner = if_accepted(context.hubspot.owner_of_user(user).await)?.flatten();
                Ok(owner.and_then(|owner| owner.name()))
            }
            answer => answer,
        }
    };
    let name = format!("actor-name:{}", user.as_str());
    remember(context.table(), context.org(), &name, ask).await
}
