//! The ticket of a resolved conversation: completed, and closed unless somebody else
//! still needs it.

use std::collections::BTreeMap;

use bridge_domain::ids::{SessionId, TicketId};
use bridge_domain::opencx::events::Closed;
use bridge_domain::outcome::ParkReason;
use bridge_domain::ticket::resolution::{Place, ResolutionNote};
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::Object;
use bridge_hubspot::property::{CONTENT, PIPELINE, STAGE};
use bridge_hubspot_directory::{add_notes, closed_stage, is_closed, lock_customer, unless_refused};
use bridge_opencx::{Session, Status};
use bridge_store::{Key, SessionLink, TicketLink, ttl_after};

/// Completes the ticket and closes it, under the lock of its customer: handoffs add
/// to the content of the same ticket.
pub(crate) async fn close(
    context: &EventContext<'_>,
    event: &Closed,
    id: &TicketId,
) -> Result<(), Failure> {
    let link: TicketLink =
        context.table().get(&Key::ticket(context.org(), id)).await?.unwrap_or_default();
    let when = when(context, event).await?;
    let lock = lock_customer(context, link.contact.as_ref(), &event.conversation_id).await?;
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
    let ticket = context.hubspot.ticket(id, &[CONTENT, PIPELINE, STAGE]).await?.ok_or_else(gone)?;
    let survivor = TicketId::new(&*ticket.id);
    if survivor != *id {
        context.remark("the ticket was merged into another one, which is closed");
        context.table().move_ticket(context.org(), id, &survivor).await?;
        context.about_ticket(&survivor);
    }
    let (id, key) = (&survivor, Key::ticket(context.org(), &survivor));
    let link: TicketLink = context.table().get(&key).await?.unwrap_or_default();
    let stage = next_stage(context, event, &ticket, &link).await?;
    let session_url = context.settings.session_url(&event.conversation_id);
    let note = ResolutionNote {
        when,
        session_url: &session_url,
        summary: event.summary.as_deref(),
        sentiment: event.user_sentiment,
    };
    let (content, notes) = match note.under(ticket.property(CONTENT).unwrap_or_default()) {
        Place::Already => (None, Vec::new()),
        Place::Content(content) => (Some(content), Vec::new()),
        Place::Notes(notes) => (None, notes),
    };
    let mut changes = BTreeMap::new();
    changes.extend(content.map(|content| (CONTENT.to_owned(), content)));
    changes.extend(stage.moves_to.clone().map(|stage| (STAGE.to_owned(), stage)));
    // Before the change itself, whose echo may be faster than we are.
    let mut written = link.written.unwrap_or_default();
    if let Some(stage) = &stage.moves_to {
        let value = context.table().written(context.org(), stage).await?;
        written.insert(STAGE.to_owned(), value);
    }
    let ttl = stage.closed.then(|| ttl_after(context.settings.closed_lifetime()));
    let (closed, written) = (Some(stage.closed), Some(written));
    let change = TicketLink { closed, written, ttl, ..TicketLink::default() };
    context.table().merge(&key, &change).await?;
    let updated = update(context, id, changes).await;
    // A refusal keeps no note back.
    if !matches!(updated, Ok(()) | Err(Failure::Park { .. })) {
        return updated;
    }
    if updated.is_err() && stage.moves_to.is_some() {
        // It stays open, and is remembered for as long as any other.
        let change = TicketLink { closed: Some(false), ..TicketLink::default() };
        context.table().merge(&key, &change).await?;
    }
    let noted = add_notes(context, id, &notes).await;
    updated.and(noted)
}

/// The next stage of a ticket.
struct Stage {
    /// The stage to be set; `None` leaves it.
    moves_to: Option<String>,
    /// True if the ticket is closed then.
    closed: bool,
}

/// A ticket that a rep closed already keeps its stage; one on which another session
/// is not resolved yet stays open.
async fn next_stage(
    context: &EventContext<'_>,
    event: &Closed,
    ticket: &Object,
    link: &TicketLink,
) -> Result<Stage, Failure> {
    let present = ticket.property(STAGE).unwrap_or_default();
    if is_closed(context, present).await?.unwrap_or_default() {
        return Ok(Stage { moves_to: None, closed: true });
    }
    for other in link.sessions.iter().flatten().filter(|other| **other != event.conversation_id) {
        if !is_resolved(context, other).await? {
            context.remark("the ticket stays open for another session");
            return Ok(Stage { moves_to: None, closed: false });
        }
    }
    let pipeline = ticket.property(PIPELINE).unwrap_or_default();
    Ok(Stage { moves_to: Some(closed_stage(context, pipeline).await?), closed: true })
}

/// Returns whether another session is resolved: as OpenCX says, since it may be open again,
/// or its close may still wait in the queue. One that OpenCX does not have any more is over;
/// of one that it does not show, our own memory counts.
async fn is_resolved(context: &EventContext<'_>, session: &SessionId) -> Result<bool, Failure> {
    let asked = context.opencx.session(session).await;
    match unless_refused(context, "another session of the ticket", asked)? {
        Some(None) => return Ok(true),
        Some(Some(Session { status: Some(status), .. })) => {
            return Ok(status == Status::ClosedResolved);
        }
        _ => {}
    }
    let link: Option<SessionLink> =
        context.table().get(&Key::session(context.org(), session)).await?;
    Ok(link.is_some_and(|link| link.resolved == Some(true)))
}

/// Sets properties of the ticket. If HubSpot refuses both together, each is set alone, so
/// that one does not keep the other from happening.
async fn update(
    context: &EventContext<'_>,
    id: &TicketId,
    changes: BTreeMap<String, String>,
) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let Err(refusal) = set(context, id, "update", &changes).await else { return Ok(()) };
    if changes.len() < 2 || !matches!(refusal, Failure::Park { reason: ParkReason::Refused, .. }) {
        return Err(refusal);
    }
    let mut missing = Vec::new();
    for change in changes {
        let name = change.0.clone();
        match set(context, id, &format!("update {name}"), &BTreeMap::from([change])).await {
            Ok(()) => {}
            Err(Failure::Park { error, .. }) => missing.push(format!("`{name}`: {error}")),
            Err(other) => return Err(other),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join("; ");
    let error =
        format!("HubSpot does not take {missing}; check hubspot.closed_stage in the settings");
    Err(Failure::park(ParkReason::Refused, error))
}

async fn set(
    context: &EventContext<'_>,
    id: &TicketId,
    step: &str,
    changes: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    let update = async {
        match context.hubspot.update_ticket(id, changes).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    };
    let is_there = context.step(step, Recovery::Retry, update).await?;
    if is_there { Ok(()) } else { Err(gone()) }
}

fn gone() -> Failure {
    Failure::park(ParkReason::TicketGone, "the ticket was deleted or merged in HubSpot")
}
