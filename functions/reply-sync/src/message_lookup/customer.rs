//! The customer of a session, asked for where a message does not tell.

use bridge_domain::hubspot::party::Identifier;
use bridge_domain::ids::ContactId;
use bridge_domain::rules::participants::Customer;
use bridge_engine::Failure;
use bridge_hubspot_directory::unless_refused;
use bridge_store::{ContactLink, Key, Name, SessionLink};

use super::MessageLookup;

/// Asks OpenCX for the session's contact, and remembers it. A session that OpenCX does not
/// have any more has none.
pub(crate) async fn ask(lookup: &MessageLookup<'_>) -> Result<Customer, Failure> {
    let Some(session) = &lookup.link.session else { return Ok(Customer::default()) };
    let found = lookup.context.opencx.session(session).await;
    let found = unless_refused(lookup.context, "the session", found)?.flatten();
    let contact = found.and_then(|session| session.contact).unwrap_or_default();
    keep(lookup, Customer::of_contact(&contact)).await
}

/// Asks HubSpot for all addresses of the customer's contact, and remembers them.
pub(crate) async fn complete(lookup: &MessageLookup<'_>) -> Result<Customer, Failure> {
    let known = lookup.customer.clone().unwrap_or_default();
    let mut customer = Customer { complete: true, ..known };
    if let Some(contact) = contact(lookup, &customer).await? {
        for address in lookup.context.hubspot.contact_addresses(&contact).await? {
            customer.add_address(address);
        }
        customer.add_actor(format!("V-{contact}"));
    }
    keep(lookup, customer).await
}

/// The customer's HubSpot contact: as the thread names it, else as it is remembered.
async fn contact(
    lookup: &MessageLookup<'_>,
    customer: &Customer,
) -> Result<Option<ContactId>, Failure> {
    if let Some(contact) = customer.contact() {
        return Ok(Some(contact));
    }
    let (table, org) = (lookup.context.table(), lookup.context.org());
    for address in &customer.addresses {
        let Identifier::Email(email) = address.identifier() else { continue };
        let name = table.person_name(org, Name::Email(&email)).await?;
        let link: Option<ContactLink> = table.get(&Key::contact(org, &name)).await?;
        if let Some(contact) = link.and_then(|link| link.contact) {
            return Ok(Some(contact));
        }
    }
    Ok(None)
}

async fn keep(lookup: &MessageLookup<'_>, customer: Customer) -> Result<Customer, Failure> {
    if let Some(session) = &lookup.link.session {
        let (table, org) = (lookup.context.table(), lookup.context.org());
        let listed = lookup.session.listed.as_deref();
        let listed = table.list_session(org, session, &customer, listed).await?;
        let customer = Some(customer.clone());
        let learned = SessionLink { customer, listed, ..SessionLink::default() };
        table.merge(&Key::session(org, session), &learned).await?;
    }
    Ok(customer)
}
