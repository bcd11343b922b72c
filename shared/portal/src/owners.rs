//! Owners: the ids under which users own records, and their names.

use bridge_domain::actor::UserId;
use bridge_domain::ids::{OrgId, OwnerId};
use bridge_hubspot::HubSpot;
use bridge_runtime::Failure;
use bridge_store::Table;

use crate::remember::remember;

/// The owner id of a user; `None` when they are gone, archived, or never were an
/// owner (HUBSPOT.md D: the user id itself is refused).
pub async fn owner_id(
    table: &Table,
    hubspot: &HubSpot,
    org: &OrgId,
    user: &UserId,
) -> Result<Option<OwnerId>, Failure> {
    let ask = async { Ok(hubspot.owner_of_user(user).await?.map(|owner| owner.id)) };
    remember(table, org, &format!("owner-of-user:{}", user.as_str()), ask).await
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
