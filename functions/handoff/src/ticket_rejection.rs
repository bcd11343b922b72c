//! A ticket that HubSpot does not take as it is: what is left out, made or looked for again.

use std::collections::{BTreeMap, BTreeSet};

use bridge_engine::{EventContext, Failure};
use bridge_hubspot::property::{OPENCX, OWNER, SESSION, is_vital};
use bridge_hubspot::{ASSOCIATIONS, InvalidProperty, Rejection, TicketLinks};
use bridge_hubspot_directory::{find_or_create_contact, forget};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

use crate::assignment::choose_again;
use crate::handoff_context::HandoffContext;
use crate::progress::goes_on;
use crate::properties::{Properties, remember_lacking};

/// The result of one round.
#[derive(Serialize, Deserialize)]
pub(crate) enum Round<T> {
    Done(T),
    Rejected(Rejection),
}

/// Returns a rejection to which the ticket can be adapted; any other refusal stays an
/// error, so that a redrive makes the call again.
pub(crate) fn adaptable<T>(
    error: CallError,
    sent: &BTreeMap<String, String>,
    advice: &mut String,
) -> Result<Round<T>, CallError> {
    let names: BTreeSet<&str> = sent.keys().map(String::as_str).collect();
    let Some(rejection) = Rejection::read(&error, &names) else { return Err(error) };
    match &rejection {
        Rejection::Required(missing) => {
            *advice =
                format!("the portal requires further ticket properties ({})", missing.join(", "));
        }
        Rejection::Named(named) if named.iter().any(|one| is_vital(&one.name)) => {
            let vital: Vec<_> =
                named.iter().map(|one| format!("`{}` ({})", one.name, one.code)).collect();
            *advice = format!("check pipeline and stages in the settings: {}", vital.join(", "));
        }
        Rejection::Unspecific if !names.iter().any(|name| is_optional(name)) => {}
        _ => return Ok(Round::Rejected(rejection)),
    }
    Err(error)
}

pub(crate) fn with_advice(failure: Failure, advice: &str) -> Failure {
    match failure {
        Failure::Park { reason, error } if !advice.is_empty() => {
            Failure::park(reason, format!("{error}; {advice}"))
        }
        other => other,
    }
}

/// Makes our own properties if the portal lacks them, and leaves out the others; looks for
/// the customer again if the contact is gone, and for the owner if they are.
pub(crate) async fn adapt(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    properties: &mut Properties,
    links: &mut TicketLinks,
    (round, rejection): (usize, Rejection),
) -> Result<(), Failure> {
    let Rejection::Named(mut invalid) = rejection else {
        let optional = properties.values.extract_if(.., |name, _| is_optional(name));
        properties.left_out.extend(optional.map(|(name, _)| name));
        return Ok(());
    };
    if invalid.iter().any(|one| one.name == ASSOCIATIONS) {
        invalid.retain(|one| one.name != ASSOCIATIONS);
        *links = links_again(context, handoff, round).await?;
    }
    if round == 0 && invalid.iter().any(|one| one.name == OWNER) {
        invalid.retain(|one| one.name != OWNER);
        properties.assign(choose_again(context, handoff).await?);
    }
    leave_out(context, properties, invalid).await
}

async fn leave_out(
    context: &EventContext<'_>,
    properties: &mut Properties,
    invalid: Vec<InvalidProperty>,
) -> Result<(), Failure> {
    let made = invalid.iter().any(is_ours) && create_bridge_properties(context).await?;
    let mut lacks = BTreeSet::new();
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
    remember_lacking(context, lacks).await
}

fn is_optional(name: &str) -> bool {
    !is_vital(name) && name != SESSION
}

/// Returns whether the portal lacks a property that the bridge makes.
fn is_ours(property: &InvalidProperty) -> bool {
    property.is_lacking() && property.name.starts_with(OPENCX)
}

/// Looks for the customer again, whose contact or company was deleted in HubSpot. If that
/// does not help either, the ticket is made without them.
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
    let found = find_or_create_contact(context, handoff.customer()).await?;
    Ok(found.map_or_else(TicketLinks::default, |customer| TicketLinks {
        contact: Some(customer.contact),
        company: customer.company,
    }))
}

/// Makes our properties, and returns whether the portal has them now. A token that may not
/// make them is no reason to fail, nor is trouble that lasts.
async fn create_bridge_properties(context: &EventContext<'_>) -> Result<bool, Failure> {
    match context.hubspot.create_ticket_properties().await {
        Ok(()) => Ok(true),
        Err(error) if goes_on(context, &error) => {
            context.remark(format!("the OpenCX ticket properties could not be made: {error}"));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
