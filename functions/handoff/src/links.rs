//! What the table learns of a ticket.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, TicketId};
use bridge_runtime::{Failure, Work};
use bridge_store::{Key, SessionLink, TicketLink, Written};

use crate::brief::Brief;

/// What is known of a ticket.
pub(crate) async fn of_ticket(work: &Work<'_>, ticket: &TicketId) -> Result<TicketLink, Failure> {
    Ok(work.table().get(&Key::ticket(work.org(), ticket)).await?.unwrap_or_default())
}

/// Keeps what belongs together: the ticket's sessions, the session's ticket, and what
/// was written, so that its echo is known.
pub(crate) async fn keep(
    work: &Work<'_>,
    brief: &Brief,
    ticket: &TicketId,
    contact: &ContactId,
    written: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let key = Key::ticket(work.org(), ticket);
    let known = of_ticket(work, ticket).await?;
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
        ttl: None,
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
