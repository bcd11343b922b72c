//! The HubSpot contact of a customer: known, found, or made.

use std::time::Duration;

use bridge_domain::ticket::identity::FoundBy;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot as hubspot;
use bridge_store::{ContactLink, Key, Name};

use crate::contact_query::{ContactQuery, Customer, find};
use crate::new_contact::{New, create};
use crate::refused_reads::unless_refused;

/// Time for which one event alone may make a customer's contact: as long as an invocation can.
pub const CONTACT_LEASE: Duration = Duration::from_mins(1);

/// Time for which a contact that was read is not read again.
const FRESH_FOR: Duration = Duration::from_hours(1);

/// Finds or makes the customer's HubSpot contact: known from the table, else found by
/// email and phone, else the one that the thread is with, else made from what there is.
/// `None` if HubSpot refuses all of it, which is remarked. An existing contact is never
/// changed.
pub async fn find_or_create_contact(
    context: &EventContext<'_>,
    query: ContactQuery<'_>,
) -> Result<Option<Customer>, Failure> {
    if let Some(known) = known_contact(context, &query).await? {
        return Ok(Some(known));
    }
    let found = unless_refused(context, "the customer's contact", find(context, &query).await)?;
    if let Some(found) = found.flatten() {
        keep(context, &query, &found).await?;
        return Ok(Some(found));
    }
    // One event at a time: not every contact has something unique by which HubSpot
    // would refuse a second one. Whoever made one meanwhile has remembered it.
    let names = query.names();
    let surest = names.first().map_or(Name::Session(query.session), |(_, name)| *name);
    let surest = context.table().person_name(context.org(), surest).await?;
    let lock = context.lock(&format!("contact:{}", surest.as_str()), CONTACT_LEASE).await?;
    let customer = match known_contact(context, &query).await {
        Ok(None) => make(context, &query).await,
        known => known,
    };
    context.table().unlock(&lock).await?;
    customer
}

/// Reads a known contact again, unless that was done within the hour: it may have been
/// merged or deleted, and reps may have made tickets for it.
pub async fn refresh_contact(
    context: &EventContext<'_>,
    query: ContactQuery<'_>,
    known: Customer,
) -> Result<Option<Customer>, Failure> {
    let is_fresh = known.read_at.is_some_and(|at| Timestamp::now().since(at) < FRESH_FOR);
    if known.tickets.is_some() || is_fresh {
        return Ok(Some(known));
    }
    match unless_refused(
        context,
        "the customer's contact",
        context.hubspot.contact_by_id(&known.contact).await,
    )? {
        Some(Some(contact)) => {
            if contact.id != known.contact {
                context.remark("the customer's contact was merged into another one");
            }
            let customer = Customer::read(contact, known.found_by);
            keep(context, &query, &customer).await?;
            Ok(Some(customer))
        }
        Some(None) => {
            context.remark("the customer's contact is gone from HubSpot; looked for again");
            forget(context, query).await?;
            find_or_create_contact(context, query).await
        }
        None => Ok(Some(known)),
    }
}

/// Forgets a customer's contact, since HubSpot does not know it any more.
pub async fn forget(context: &EventContext<'_>, query: ContactQuery<'_>) -> Result<(), Failure> {
    let (table, org) = (context.table(), context.org());
    for (_, name) in query.names() {
        table.delete(&Key::contact(org, &table.person_name(org, name).await?)).await?;
    }
    Ok(())
}

/// Finds the customer's HubSpot contact in the table, which costs no call.
pub async fn known_contact(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
) -> Result<Option<Customer>, Failure> {
    let (table, org) = (context.table(), context.org());
    for (found_by, name) in query.names() {
        let key = Key::contact(org, &table.person_name(org, name).await?);
        let link: ContactLink = context.table().get(&key).await?.unwrap_or_default();
        let ContactLink { contact: Some(contact), company, read_at, ttl } = link else { continue };
        context.table().renew(&key, ttl).await?;
        return Ok(Some(Customer { contact, company, found_by, tickets: None, read_at }));
    }
    Ok(None)
}

async fn make(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
) -> Result<Option<Customer>, Failure> {
    let customer = match create(context, query).await? {
        Some(New::Made(id)) => {
            let made = hubspot::Contact { id, company: None, tickets: Vec::new() };
            Customer::read(made, FoundBy::Made)
        }
        Some(New::Existed(contact)) => Customer::read(contact, query.surest()),
        Some(New::Found(customer)) => customer,
        None => return Ok(None),
    };
    keep(context, query, &customer).await?;
    Ok(Some(customer))
}

/// Remembers a contact under the name by which it was recognised, and under OpenCX's id:
/// another address that came along may be anybody's, unless the contact was made with it. A
/// thread's contact that is this very one needs no link where OpenCX's id has one.
async fn keep(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
    customer: &Customer,
) -> Result<(), Failure> {
    let link = ContactLink {
        contact: Some(customer.contact.clone()),
        company: customer.company.clone(),
        read_at: customer.read_at,
        ttl: None,
    };
    let (table, org) = (context.table(), context.org());
    for (found_by, name) in query.names() {
        let is_theirs = customer.found_by == FoundBy::Made
            || found_by == customer.found_by
            || found_by == FoundBy::Other;
        let is_visitor = matches!(name, Name::Visitor(_)) && query.contact.id.is_some();
        let is_own = is_visitor && query.visitor == Some(&customer.contact);
        if is_theirs && !is_own {
            let name = table.person_name(org, name).await?;
            table.list_name(org, &customer.contact, &name).await?;
            table.merge(&Key::contact(org, &name), &link).await?;
        }
    }
    Ok(())
}
