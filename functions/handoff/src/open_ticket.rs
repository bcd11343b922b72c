//! The search for a ticket that is open: of the session, the thread, or the customer.

use bridge_domain::ids::TicketId;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::property::{CONTENT, OWNER, PIPELINE, PRIORITY, STAGE, TAGS};
use bridge_hubspot::{Object, newest_first};
use bridge_hubspot_directory::{Customer, is_closed, refresh_contact, unless_refused};
use bridge_store::{CustomerLink, Key, TicketLink};

use crate::handoff_context::HandoffContext;
use crate::thread::BoundThread;
use crate::ticket_write::{create_was_begun, update_was_begun};

/// Properties that have to be known of a ticket.
const READ: [&str; 6] = [CONTENT, PIPELINE, STAGE, TAGS, OWNER, PRIORITY];

/// Finds an open ticket, if HubSpot says that it still is: a rep may have closed or deleted
/// it without our being told. Asked in this order: the session's, the one that HubSpot ties
/// to the thread, the customer's last, then all others of the contact, which a rep may have
/// made. `asked` are further properties to read.
pub(crate) async fn find_open(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: &mut Option<Customer>,
    thread: Option<&BoundThread>,
    is_separate: bool,
    asked: &[&str],
) -> Result<Option<Object>, Failure> {
    // A ticket that this very event made is not one from before.
    if create_was_begun(context) {
        return Ok(None);
    }
    let mut properties = READ.to_vec();
    properties.extend(asked.iter().filter(|name| !READ.contains(name)));
    let mut tried: Vec<TicketId> = Vec::new();
    let of_session = handoff.link.ticket.clone();
    let of_thread = thread.and_then(|thread| thread.ticket.clone());
    let of_customer =
        if is_separate { None } else { last_ticket(context, customer.as_ref()).await? };
    for id in of_session.into_iter().chain(of_thread).chain(of_customer) {
        if tried.contains(&id) {
            continue;
        }
        // The names of many properties do not fit into an address.
        let found = if asked.is_empty() {
            context.hubspot.ticket(&id, &properties).await.map(|found| found.into_iter().collect())
        } else {
            context.hubspot.tickets(std::slice::from_ref(&id), &properties).await
        };
        let found = unless_refused(context, "an earlier ticket", found)?.unwrap_or_default();
        tried.push(id);
        if let Some(open) = first_open(context, handoff, found).await? {
            return Ok(Some(open));
        }
    }
    if is_separate {
        return Ok(None);
    }
    if let Some(known) = customer.take() {
        *customer = refresh_contact(context, handoff.customer(), known).await?;
    }
    let own = customer.as_ref().and_then(|customer| customer.tickets.clone()).unwrap_or_default();
    let own: Vec<TicketId> = own.into_iter().filter(|id| !tried.contains(id)).collect();
    if own.is_empty() {
        return Ok(None);
    }
    let found = unless_refused(
        context,
        "an earlier ticket",
        context.hubspot.tickets(&own, &properties).await,
    )?;
    let mut found = found.unwrap_or_default();
    found.sort_by_cached_key(|one| newest_first(&one.id));
    first_open(context, handoff, found).await
}

/// The customer's last ticket, as the table knows it.
async fn last_ticket(
    context: &EventContext<'_>,
    customer: Option<&Customer>,
) -> Result<Option<TicketId>, Failure> {
    let Some(customer) = customer else { return Ok(None) };
    let key = Key::customer(context.org(), &customer.contact);
    Ok(context.table().get::<CustomerLink>(&key).await?.and_then(|link| link.ticket))
}

/// The first ticket that is open, and not that of an unproven customer alone.
async fn first_open(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    tickets: impl IntoIterator<Item = Object>,
) -> Result<Option<Object>, Failure> {
    for ticket in tickets {
        // What this event began to write there is brought to its end.
        if update_was_begun(context) {
            return Ok(Some(ticket));
        }
        let stage = ticket.property(STAGE).unwrap_or_default();
        let closed = is_closed(context, stage).await?;
        // Nobody looks at a closed one: where HubSpot does not tell, a new one is safer.
        if closed.unwrap_or(true) {
            continue;
        }
        let key = Key::ticket(context.org(), &TicketId::new(&*ticket.id));
        let link: TicketLink = context.table().get(&key).await?.unwrap_or_default();
        let is_own = link.sessions.iter().flatten().any(|session| *session == handoff.session);
        if is_own || link.separate != Some(true) {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}
