//! What becomes of a ticket that HubSpot does not take as it is.

use std::collections::BTreeSet;

use bridge_domain::outcome::ParkReason;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::{ASSOCIATIONS, InvalidProperty, TicketLinks};
use bridge_hubspot_directory::{find_or_create_contact, forget};

use crate::assignment::choose_again;
use crate::handoff_context::HandoffContext;
use crate::properties::{OURS, Properties, is_vital, lacking, remember_lacking};

/// Who owns a ticket.
const OWNER: &str = "hubspot_owner_id";

/// A refused write.
pub(crate) struct PropertyRejection<'a> {
    pub(crate) handoff: &'a HandoffContext,
    /// How many were refused before.
    pub(crate) round: usize,
    pub(crate) properties: Vec<InvalidProperty>,
}

/// Leaves out what the portal is known to lack.
pub(crate) async fn drop_missing_properties(
    context: &EventContext<'_>,
    properties: &mut Properties,
) -> Result<(), Failure> {
    let lacking = lacking(context).await?;
    let known = properties.values.keys().filter(|name| lacking.contains(*name)).cloned();
    properties.left_out.extend(known);
    properties.values.retain(|name, _| !lacking.contains(name));
    Ok(())
}

/// Makes our own properties if the portal lacks them, and leaves out the others; looks
/// for the customer again if the contact is gone. What the ticket is to be linked with.
pub(crate) async fn adapt_to_rejection(
    context: &EventContext<'_>,
    properties: &mut Properties,
    links: TicketLinks,
    refused: PropertyRejection<'_>,
) -> Result<TicketLinks, Failure> {
    let PropertyRejection { handoff, round, properties: mut invalid } = refused;
    if let Some(vital) = invalid.iter().find(|property| is_vital(&property.name)) {
        let error = format!(
            "HubSpot refuses `{}` of the ticket ({}); check pipeline and stages in the settings",
            vital.name, vital.code
        );
        return Err(Failure::park(ParkReason::Refused, error));
    }
    let before = invalid.len();
    invalid.retain(|property| property.name != ASSOCIATIONS);
    let links =
        if invalid.len() < before { links_again(context, handoff, round).await? } else { links };
    if round == 0 && invalid.iter().any(|property| property.name == OWNER) {
        invalid.retain(|property| property.name != OWNER);
        properties.other_assignee = choose_again(context, handoff).await?;
        properties.values.remove(OWNER);
        let owner = properties.other_assignee.as_ref().map(|other| other.owner.id.to_string());
        properties.values.extend(owner.map(|owner| (OWNER.to_owned(), owner)));
    }
    leave_out(context, properties, invalid).await?;
    Ok(links)
}

async fn leave_out(
    context: &EventContext<'_>,
    properties: &mut Properties,
    invalid: Vec<InvalidProperty>,
) -> Result<(), Failure> {
    let is_ours = |one: &InvalidProperty| one.is_lacking() && one.name.starts_with(OURS);
    let made = invalid.iter().any(is_ours) && create_bridge_properties(context).await?;
    let mut lacks: BTreeSet<String> = BTreeSet::new();
    for property in invalid {
        if made && is_ours(&property) {
            continue;
        }
        properties.values.remove(&property.name);
        if property.is_lacking() {
            lacks.insert(property.name.clone());
        }
        properties.left_out.insert(property.name);
    }
    if lacks.is_empty() {
        return Ok(());
    }
    lacks.extend(lacking(context).await?);
    remember_lacking(context, lacks).await
}

/// The contact or the company was deleted in HubSpot: the customer is looked for
/// again. If that does not help either, the ticket is made without them.
async fn links_again(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    round: usize,
) -> Result<TicketLinks, Failure> {
    if round > 0 {
        context.remark("HubSpot does not take the ticket's contact and company");
        return Ok(TicketLinks::default());
    }
    context.remark("the customer's contact or company is gone from HubSpot; looked for again");
    forget(context, handoff.customer()).await?;
    let customer = find_or_create_contact(context, handoff.customer()).await?;
    Ok(TicketLinks { contact: customer.contact, company: customer.company })
}

/// Whether the portal has our properties now. A token that may not make them is no
/// reason to fail.
async fn create_bridge_properties(context: &EventContext<'_>) -> Result<bool, Failure> {
    match context.hubspot.create_ticket_properties().await {
        Ok(()) => Ok(true),
        Err(error) if error.refusal().is_some() => {
            context.remark(format!("the OpenCX ticket properties could not be made: {error}"));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
