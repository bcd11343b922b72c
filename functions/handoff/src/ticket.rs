//! The ticket: the one that the customer has open, or a new one.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, TicketId};
use bridge_domain::ticket::{appended, content, subject};
use bridge_hubspot::{NewTicket, Ticket, TicketLinks};
use bridge_portal::Customer;
use bridge_runtime::{Failure, Work};
use bridge_store::{CustomerLink, Key, SessionLink, TicketLink, Written};

use crate::assignment::Assignee;
use crate::brief::Brief;
use crate::properties::of_handoff;
use crate::ticket_steps;

/// The ticket that a handoff ended up on.
#[derive(Debug)]
pub(crate) struct OnTicket {
    pub(crate) id: TicketId,
    /// Whether the customer had it open from before.
    pub(crate) is_return: bool,
    /// The properties that the portal would not take.
    pub(crate) left_out: Vec<String>,
}

/// Puts the handoff on the customer's open ticket, else on a new one. One handoff of
/// a customer at a time, so that several at once do not make several tickets.
pub(crate) async fn create_or_append(
    work: &Work<'_>,
    brief: &Brief,
    customer: &Customer,
    assignee: Option<&Assignee>,
) -> Result<OnTicket, Failure> {
    let contact = customer.contact.clone().unwrap_or_else(|| ContactId::new("none"));
    let lock = bridge_portal::lock_customer(work, &contact).await?;
    let done = locked(work, brief, customer, &contact, assignee).await;
    work.table().unlock(&lock).await?;
    done
}

async fn locked(
    work: &Work<'_>,
    brief: &Brief,
    customer: &Customer,
    contact: &ContactId,
    assignee: Option<&Assignee>,
) -> Result<OnTicket, Failure> {
    let key = Key::customer(work.org(), contact);
    let known: CustomerLink = work.table().get(&key).await?.unwrap_or_default();
    let properties = of_handoff(work, brief, assignee);
    let open = open_ticket(work, brief, known.ticket).await?;
    let (ticket, written) = match open {
        Some(open) => append(work, brief, &open, properties).await?,
        None => create(work, brief, customer, properties).await?,
    };
    work.about_ticket(&ticket.id);
    // The journal first: it must know the ticket before the links do, or a second
    // delivery would take it for one from before.
    work.save().await?;
    let last = CustomerLink { ticket: Some(ticket.id.clone()) };
    work.table().merge(&key, &last).await?;
    link(work, brief, &ticket.id, contact, written).await?;
    Ok(ticket)
}

/// The customer's ticket, if HubSpot says that it is still open: a rep may have
/// closed or deleted it without our being told.
async fn open_ticket(
    work: &Work<'_>,
    brief: &Brief,
    last: Option<TicketId>,
) -> Result<Option<Ticket>, Failure> {
    // A ticket that this very event made is not one from before.
    if ticket_steps::was_begun(work) {
        return Ok(None);
    }
    let Some(id) = brief.link.ticket.clone().or(last) else { return Ok(None) };
    let read = ["content", "hs_pipeline", "hs_pipeline_stage", "opencx_tags"];
    let Some(ticket) = work.hubspot.ticket(&id, &read).await? else { return Ok(None) };
    let stage = ticket.property("hs_pipeline_stage");
    let closed =
        bridge_portal::is_closed(work.table(), &work.hubspot, &work.settings, stage).await?;
    Ok((!closed).then_some(ticket))
}

async fn create(
    work: &Work<'_>,
    brief: &Brief,
    customer: &Customer,
    mut properties: BTreeMap<String, String>,
) -> Result<(OnTicket, BTreeMap<String, String>), Failure> {
    let summary = brief.summary.as_deref();
    let laid_out = content(summary, &brief.transcript);
    let mut set = |name: &str, value: &str| properties.insert(name.to_owned(), value.to_owned());
    set("subject", &subject(summary, &brief.who(), brief.channel_title()));
    set("content", &laid_out.ticket);
    set("hs_pipeline", &work.settings.hubspot.pipeline);
    set("hs_pipeline_stage", &work.settings.hubspot.open_stage);
    let links =
        TicketLinks { contact: customer.contact.clone(), company: customer.company.clone() };
    let new = NewTicket { properties, links };
    let (id, taken) = ticket_steps::create(work, brief, new).await?;
    let left_out = taken.left_out;
    ticket_steps::notes(work, &id, &laid_out.notes).await?;
    Ok((OnTicket { id, is_return: false, left_out }, taken.properties))
}

async fn append(
    work: &Work<'_>,
    brief: &Brief,
    open: &Ticket,
    mut properties: BTreeMap<String, String>,
) -> Result<(OnTicket, BTreeMap<String, String>), Failure> {
    let existing = open.property("content");
    let heading = heading(brief);
    let laid_out = appended(existing, &heading, brief.summary.as_deref(), &brief.transcript);
    // A second delivery finds its own heading there.
    if !existing.contains(&heading) {
        properties.insert("content".to_owned(), laid_out.ticket);
    }
    if let Some(tags) = properties.get_mut("opencx_tags") {
        *tags = with_tag(open.property("opencx_tags"), tags);
    }
    let taken = ticket_steps::update(work, &open.id, properties).await?;
    let left_out = taken.left_out;
    ticket_steps::notes(work, &open.id, &laid_out.notes).await?;
    Ok((OnTicket { id: open.id.clone(), is_return: true, left_out }, taken.properties))
}

/// What tells this conversation from others in a ticket's content.
fn heading(brief: &Brief) -> String {
    let when = if brief.when.is_empty() { String::new() } else { format!(", {}", brief.when) };
    format!("--- The customer is back{when} ({}) ---\n{}", brief.channel_title(), brief.session_url)
}

/// The tags that a rep or another program set stay.
fn with_tag(existing: &str, tag: &str) -> String {
    let has = existing.split(';').any(|one| one == tag);
    match existing {
        "" => tag.to_owned(),
        _ if has => existing.to_owned(),
        _ => format!("{existing};{tag}"),
    }
}

/// Keeps what belongs together: the ticket's sessions, the session's ticket, and what
/// was written, so that its echo is known.
async fn link(
    work: &Work<'_>,
    brief: &Brief,
    ticket: &TicketId,
    contact: &ContactId,
    written: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let key = Key::ticket(work.org(), ticket);
    let known: TicketLink = work.table().get(&key).await?.unwrap_or_default();
    let mut sessions = known.sessions.unwrap_or_default();
    if !sessions.contains(&brief.session) {
        sessions.push(brief.session.clone());
    }
    // The content is long, and no session ever hears of it.
    let written = written.into_iter().filter(|(name, _)| name != "content");
    let written = written.map(|(name, value)| (name, Written::now(value)));
    let of_ticket = TicketLink {
        sessions: Some(sessions),
        contact: Some(contact.clone()),
        closed: Some(false),
        written: Some(known.written.unwrap_or_default().into_iter().chain(written).collect()),
    };
    work.table().merge(&key, &of_ticket).await?;
    let of_session = SessionLink {
        ticket: Some(ticket.clone()),
        channel: brief.channel,
        custom_data: Some(brief.custom_data.clone()),
        ..SessionLink::default()
    };
    Ok(work.table().merge(&Key::session(work.org(), &brief.session), &of_session).await?)
}
