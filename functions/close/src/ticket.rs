//! The ticket of a resolved conversation: completed, and closed unless somebody else
//! still needs it.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, SessionId, TicketId};
use bridge_domain::opencx::events::Closed;
use bridge_domain::outcome::ParkReason;
use bridge_domain::ticket::resolution::{Place, ResolutionNote};
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{NoteOn, Ticket, Write};
use bridge_opencx::Status;
use bridge_store::{Key, SessionLink, TicketLink, Written, ttl_after};

/// The property that says which stage a ticket is in.
const STAGE: &str = "hs_pipeline_stage";

/// Completes the ticket and closes it, under the lock of its customer: handoffs add
/// to the content of the same ticket.
pub(crate) async fn close(
    context: &EventContext<'_>,
    event: &Closed,
    id: &TicketId,
) -> Result<(), Failure> {
    let link: TicketLink =
        context.table().get(&Key::ticket(context.org(), id)).await?.unwrap_or_default();
    let contact = link.contact.unwrap_or_else(|| ContactId::new("none"));
    let when = when(context, event).await?;
    let lock = bridge_hubspot_directory::lock_customer(context, &contact).await?;
    let done = locked(context, event, id, &when).await;
    context.table().unlock(&lock).await?;
    done
}

/// When it was resolved. A close that does not say gets the moment at which it is first
/// worked on, which a second delivery must find again.
async fn when(context: &EventContext<'_>, event: &Closed) -> Result<String, Failure> {
    let when = match event.timestamp {
        Some(told) => told,
        None => context.memo("first try", Timestamp::now()).await?,
    };
    Ok(when.to_minute())
}

async fn locked(
    context: &EventContext<'_>,
    event: &Closed,
    id: &TicketId,
    when: &str,
) -> Result<(), Failure> {
    let key = Key::ticket(context.org(), id);
    let link: TicketLink = context.table().get(&key).await?.unwrap_or_default();
    let ticket = context.hubspot.ticket(id, &["content", "hs_pipeline", STAGE]).await?;
    // A merged ticket answers with the one that it was merged into.
    let ticket = ticket.filter(|ticket| ticket.id == *id).ok_or_else(gone)?;
    let stage = next_stage(context, event, &ticket, &link).await?;
    let session_url = context.settings.session_url(&event.conversation_id);
    let ending = ResolutionNote {
        when,
        session_url: &session_url,
        summary: event.summary.as_deref(),
        sentiment: event.user_sentiment,
    };
    let (content, notes) = match ending.under(ticket.property("content")) {
        Place::Already => (None, Vec::new()),
        Place::Content(content) => (Some(content), Vec::new()),
        Place::Notes(notes) => (None, notes),
    };
    let mut changes = BTreeMap::new();
    changes.extend(content.map(|content| ("content".to_owned(), content)));
    changes.extend(stage.moves_to.clone().map(|stage| (STAGE.to_owned(), stage)));
    // Before the change itself, whose echo may be faster than we are.
    let written = stage.moves_to.map(|stage| (STAGE.to_owned(), Written::now(stage)));
    let written = link.written.unwrap_or_default().into_iter().chain(written).collect();
    let change = TicketLink { written: Some(written), ..TicketLink::default() };
    context.table().merge(&key, &change).await?;
    update(context, id, &changes).await?;
    for (at, html) in notes.iter().enumerate() {
        let on = NoteOn::Ticket(id);
        let look = |since| context.hubspot.find_note(on, html, since);
        let post = context.hubspot.create_note(on, html);
        context.step(&format!("note {at}"), Recovery::look_up(look), post).await?;
    }
    let ttl = stage.closed.then(|| ttl_after(context.settings.closed_lifetime()));
    let change = TicketLink { closed: Some(stage.closed), ttl, ..TicketLink::default() };
    Ok(context.table().merge(&key, &change).await?)
}

/// What becomes of a ticket's stage.
struct Stage {
    /// The stage to be set; `None` leaves it.
    moves_to: Option<String>,
    /// Whether the ticket is closed then.
    closed: bool,
}

/// A ticket that a rep closed already keeps its stage; one on which another session
/// is not resolved yet stays open.
async fn next_stage(
    context: &EventContext<'_>,
    event: &Closed,
    ticket: &Ticket,
    link: &TicketLink,
) -> Result<Stage, Failure> {
    let (table, hubspot) = (context.table(), &context.hubspot);
    if bridge_hubspot_directory::is_closed(
        table,
        hubspot,
        &context.settings,
        ticket.property(STAGE),
    )
    .await?
    {
        return Ok(Stage { moves_to: None, closed: true });
    }
    for other in link.sessions.iter().flatten().filter(|other| **other != event.conversation_id) {
        if !is_resolved(context, other).await? {
            context.remark("the ticket stays open for another session");
            return Ok(Stage { moves_to: None, closed: false });
        }
    }
    let pipeline = ticket.property("hs_pipeline");
    let closed =
        bridge_hubspot_directory::closed_stage(table, hubspot, &context.settings, pipeline).await?;
    Ok(Stage { moves_to: Some(closed), closed: true })
}

/// Whether another session is resolved: as OpenCX says, since it may be open again, or
/// its close may still wait in the queue; else as we heard.
async fn is_resolved(context: &EventContext<'_>, session: &SessionId) -> Result<bool, Failure> {
    let asked = context.opencx.session(session).await?;
    if let Some(status) = asked.and_then(|asked| asked.status) {
        return Ok(status == Status::ClosedResolved);
    }
    let link: Option<SessionLink> =
        context.table().get(&Key::session(context.org(), session)).await?;
    Ok(link.is_some_and(|link| link.resolved == Some(true)))
}

async fn update(
    context: &EventContext<'_>,
    id: &TicketId,
    changes: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let update = async {
        match context.hubspot.update_ticket(id, changes).await {
            Ok(written) => Ok(Some(written)),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    };
    match context.step("update", Recovery::Retry, update).await?.ok_or_else(gone)? {
        Write::Done(()) => Ok(()),
        Write::Invalid(refused) => {
            let names: Vec<&str> = refused.iter().map(|property| property.name.as_str()).collect();
            let error = format!(
                "HubSpot does not take {} of the ticket; check hubspot.closed_stage in the settings",
                names.join(", ")
            );
            Err(Failure::park(ParkReason::Refused, error))
        }
    }
}

fn gone() -> Failure {
    Failure::park(ParkReason::TicketGone, "the ticket was deleted or merged in HubSpot")
}
