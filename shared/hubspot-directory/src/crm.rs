//! The CRM connection, which may be another portal than the ticketing one.

use bridge_domain::ids::{ContactId, OrgId};
use bridge_domain::phone::digits;
use bridge_engine::Failure;
use bridge_hubspot::HubSpot;
use bridge_store::Table;

use crate::ttl_cache::{anew, remember, remembered};

/// The currency of amounts that name none, if the token may learn it.
pub async fn crm_currency(
    table: &Table,
    crm: &HubSpot,
    org: &OrgId,
) -> Result<Option<String>, Failure> {
    remember(table, org, "crm-currency", crm.company_currency()).await
}

/// The contact with this phone number. Only one that was found is remembered: a new
/// one may come any moment.
pub async fn crm_contact_of_phone(
    table: &Table,
    crm: &HubSpot,
    org: &OrgId,
    phone: &str,
) -> Result<Option<ContactId>, Failure> {
    let name = format!("crm-contact-of-phone:{}", digits(phone));
    if let Some(known) = remembered(table, org, &name).await? {
        return Ok(Some(known));
    }
    let Some(found) = crm.contact_by_phone(phone).await? else { return Ok(None) };
    Ok(Some(anew(table, org, &name, async { Ok(found) }).await?))
}
