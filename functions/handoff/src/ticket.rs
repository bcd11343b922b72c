//! The ticket: the one that the customer has open, or a new one.

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::ids::{ContactId, TicketId};
use bridge_domain::ticket::content::{content, subject};
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::{NewTicket, Ticket, TicketLinks};
use bridge_hubspot_directory::Customer;
use bridge_store::{CustomerLink, Key};

use crate::append::{READ, append};
use crate::assignment::Assignee;
use crate::handoff_context::HandoffContext;
use crate::links;
use crate::properties::{Properties, of_handoff, priority_of_new};
use crate::ticket_steps;

/// The ticket that a handoff ended up on.
#[derive(Debug)]
pub(crate) struct HandoffTicket {
    pub(crate) id: TicketId,
    /// Whether the customer had it open from before.
    pub(crate) is_return: bool,
    /// The properties that the portal would not take.
    pub(crate) left_out: BTreeSet<String>,
    /// The contact, if it had to be found anew.
    pub(crate) contact: Option<ContactId>,
    /// Whose it is, if it is not whom the rules name: a rep gave it to somebody, or
    /// somebody has left.
    pub(crate) other_assignee: Option<Assignee>,
}

/// What HubSpot took, by property.
pub(crate) type Written = BTreeMap<String, String>;

/// Puts the handoff on the customer's open ticket, else on a new one. One handoff of
/// a customer at a time, so that several at once do not make several tickets.
pub(crate) async fn create_or_append(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: &Customer,
    assignee: Option<&Assignee>,
) -> Result<HandoffTicket, Failure> {
    let contact = customer.contact.clone().unwrap_or_else(|| ContactId::new("none"));
    let lock = bridge_hubspot_directory::lock_customer(context, &contact).await?;
    // On the heap: all that a ticket may need makes a large future.
    let done = Box::pin(locked(context, handoff, customer, &contact, assignee)).await;
    context.table().unlock(&lock).await?;
    done
}

async fn locked(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: &Customer,
    contact: &ContactId,
    assignee: Option<&Assignee>,
) -> Result<HandoffTicket, Failure> {
    let key = Key::customer(context.org(), contact);
    let known: CustomerLink = context.table().get(&key).await?.unwrap_or_default();
    let properties = of_handoff(context, handoff, assignee);
    let open = open_ticket(context, handoff, known.ticket).await?;
    let (ticket, written) = match open {
        Some(open) => append(context, handoff, &open, properties).await?,
        None => create(context, handoff, customer, properties).await?,
    };
    context.about_ticket(&ticket.id);
    // The journal first: it must know the ticket before the links do, or a second
    // delivery would take it for one from before.
    context.save().await?;
    let last = CustomerLink { ticket: Some(ticket.id.clone()) };
    context.table().merge(&key, &last).await?;
    if let Some(other) = ticket.contact.as_ref().filter(|other| *other != contact) {
        context.table().merge(&Key::customer(context.org(), other), &last).await?;
    }
    links::keep(context, handoff, &ticket.id, contact, written).await?;
    Ok(ticket)
}

/// The customer's ticket, if HubSpot says that it is still open: a rep may have
/// closed or deleted it without our being told.
async fn open_ticket(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    last: Option<TicketId>,
) -> Result<Option<Ticket>, Failure> {
    // A ticket that this very event made is not one from before.
    if ticket_steps::create_was_begun(context) {
        return Ok(None);
    }
    let of_session = handoff.link.ticket.clone().filter(|ticket| Some(ticket) != last.as_ref());
    for id in last.into_iter().chain(of_session) {
        let Some(ticket) = context.hubspot.ticket(&id, &READ).await? else { continue };
        let stage = ticket.property("hs_pipeline_stage");
        // What this event began to write there is brought to its end.
        if ticket_steps::update_was_begun(context)
            || !bridge_hubspot_directory::is_closed(
                context.table(),
                &context.hubspot,
                &context.settings,
                stage,
            )
            .await?
        {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}

async fn create(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: &Customer,
    mut properties: Properties,
) -> Result<(HandoffTicket, Written), Failure> {
    let unknown = handoff.unknown();
    let laid_out = content(&handoff.conversation(&unknown));
    let mut set = |name: &str, value: &str| {
        properties.values.insert(name.to_owned(), value.to_owned());
    };
    set("subject", &subject(handoff.summary.as_deref(), &handoff.who(), handoff.channel_title()));
    set("content", &laid_out.ticket);
    set("hs_pipeline", &context.settings.hubspot.pipeline);
    set("hs_pipeline_stage", &context.settings.hubspot.open_stage);
    if let Some(priority) = priority_of_new(context, handoff) {
        set("hs_ticket_priority", priority);
    }
    let links =
        TicketLinks { contact: customer.contact.clone(), company: customer.company.clone() };
    let new = NewTicket { properties: properties.values, links };
    let made = ticket_steps::create(context, handoff, new, properties.left_out).await?;
    ticket_steps::notes(context, &made.id, &laid_out.notes).await?;
    let Properties { values, left_out, other_assignee } = made.properties;
    let ticket = HandoffTicket {
        id: made.id,
        is_return: false,
        left_out,
        contact: made.contact,
        other_assignee,
    };
    Ok((ticket, values))
}
