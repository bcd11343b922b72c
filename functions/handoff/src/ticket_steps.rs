//! The ticket's calls, each as a step that is not done twice.

use std::collections::BTreeSet;

use bridge_domain::ids::{ContactId, SessionId, TicketId};
use bridge_domain::outcome::ParkReason;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{CREATED, NewTicket, NoteOn, SESSION_PROPERTY, Ticket, TicketLinks, Write};
use bridge_store::now_ms;

use crate::handoff_context::HandoffContext;
use crate::properties::Properties;
use crate::property_rejection::{PropertyRejection, adapt_to_rejection, drop_missing_properties};

/// Most rounds of leaving out what HubSpot refuses: it names all it refuses at once,
/// but does not check a value before it knows the property.
const MOST_ROUNDS: usize = 4;

/// How much earlier than we began to make it a ticket may say that it was made, in
/// milliseconds: clocks differ, and a lost answer is looked for late.
const CLOCKS: u64 = 60 * 60 * 1000;

/// Whether this event has begun to make a ticket.
pub(crate) fn create_was_begun(context: &EventContext<'_>) -> bool {
    context.was_begun(&step("create", 0))
}

/// Whether this event has begun to change a ticket from before.
pub(crate) fn update_was_begun(context: &EventContext<'_>) -> bool {
    context.was_begun(&step("update", 0))
}

/// A refused write is a result too: each round is a step of its own.
fn step(what: &str, round: usize) -> String {
    format!("{what} ticket {round}")
}

/// A ticket that was made.
pub(crate) struct CreatedTicket {
    pub(crate) id: TicketId,
    pub(crate) properties: Properties,
    /// Whose it is in the end.
    pub(crate) contact: Option<ContactId>,
}

/// Makes the ticket; what HubSpot took in the end. HubSpot itself keeps a session from
/// getting two, by the unique property, which is what makes it safe to try again.
pub(crate) async fn create(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    mut new: NewTicket,
    left_out: BTreeSet<String>,
) -> Result<CreatedTicket, Failure> {
    let later = SessionId::new(format!("{}/{}", handoff.session, context.identity()));
    // An earlier ticket of the session has the id of the session alone.
    let mut unique =
        if handoff.link.ticket.is_some() { later.clone() } else { handoff.session.clone() };
    new.properties.insert(SESSION_PROPERTY.to_owned(), unique.as_str().to_owned());
    let mut properties = Properties { values: new.properties, left_out, other_assignee: None };
    drop_missing_properties(context, &mut properties).await?;
    for round in 0..MOST_ROUNDS {
        new.properties = properties.values.clone();
        let made = match make(context, &new, &unique, &step("create", round)).await? {
            Write::Done(Some(id)) => Some(id),
            Write::Done(None) => match context.hubspot.ticket_of_session(&unique).await? {
                // The table has forgotten it.
                Some(old) if unique != later && is_from_before(&old, now_ms()) => {
                    unique = later.clone();
                    properties
                        .values
                        .insert(SESSION_PROPERTY.to_owned(), unique.as_str().to_owned());
                    continue;
                }
                found => found.map(|ticket| ticket.id),
            },
            Write::Invalid(refused) => {
                let refused = PropertyRejection { handoff, round, properties: refused };
                new.links =
                    adapt_to_rejection(context, &mut properties, new.links, refused).await?;
                continue;
            }
        };
        let gone =
            || Failure::Retry("HubSpot knows the session's ticket but does not show it".into());
        let contact = new.links.contact;
        return made.map(|id| CreatedTicket { id, properties, contact }).ok_or_else(gone);
    }
    Err(refused_for_good())
}

/// The call that makes the ticket. One that got no answer is looked up: by the unique
/// property, or in a portal that lacks it by what its contact's tickets say.
async fn make(
    context: &EventContext<'_>,
    new: &NewTicket,
    unique: &SessionId,
    step: &str,
) -> Result<Write<Option<TicketId>>, Failure> {
    let create = context.hubspot.create_ticket(new);
    let found = |ticket| Write::Done(Some(ticket));
    if new.properties.contains_key(SESSION_PROPERTY) {
        let look = |since| async move {
            let ours = context.hubspot.ticket_of_session(unique).await?;
            let ours = ours.filter(|ticket| !is_from_before(ticket, since));
            Ok(ours.map(|ticket| found(ticket.id)))
        };
        return context.step(step, Recovery::look_up(look), create).await;
    }
    let Some(contact) = &new.links.contact else {
        return context.step(step, Recovery::Park, create).await;
    };
    let content = new.properties.get("content").map_or("", String::as_str);
    let look = |since| async move {
        Ok(context.hubspot.find_ticket(contact, content, since).await?.map(found))
    };
    context.step(step, Recovery::look_up(look), create).await
}

/// Sets properties of a ticket, as far as HubSpot takes them.
pub(crate) async fn update(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    ticket: &TicketId,
    mut properties: Properties,
) -> Result<Properties, Failure> {
    drop_missing_properties(context, &mut properties).await?;
    for round in 0..MOST_ROUNDS {
        let change = context.hubspot.update_ticket(ticket, &properties.values);
        // Absolute values: to set them again changes nothing more.
        let again = Recovery::look_up(|_| async { Ok(None) });
        match context.step(&step("update", round), again, change).await? {
            Write::Done(()) => return Ok(properties),
            Write::Invalid(refused) => {
                let refused = PropertyRejection { handoff, round, properties: refused };
                adapt_to_rejection(context, &mut properties, TicketLinks::default(), refused)
                    .await?;
            }
        }
    }
    Err(refused_for_good())
}

/// Puts what did not fit into the ticket into notes on it.
pub(crate) async fn notes(
    context: &EventContext<'_>,
    ticket: &TicketId,
    notes: &[String],
) -> Result<(), Failure> {
    for (at, html) in notes.iter().enumerate() {
        let on = NoteOn::Ticket(ticket);
        let look = |since| context.hubspot.find_note(on, html, since);
        let post = context.hubspot.create_note(on, html);
        context.step(&format!("note {at}"), Recovery::look_up(look), post).await?;
    }
    Ok(())
}

/// Whether a ticket was there before this moment (epoch milliseconds), at which an event
/// began to make its own: it was closed, and forgotten with its conversation.
fn is_from_before(ticket: &Ticket, began: u64) -> bool {
    let made = Timestamp::parse_text(ticket.property(CREATED));
    let made = made.and_then(|made| u64::try_from(made.as_millis()).ok());
    made.is_some_and(|made| made + CLOCKS < began)
}

fn refused_for_good() -> Failure {
    Failure::park(ParkReason::Refused, "HubSpot refuses ever more properties of the ticket")
}
