//! What the table learns of a ticket.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, TicketId};
use bridge_engine::{EventContext, Failure};
use bridge_store::{Key, SessionLink, TicketLink, Written};

use crate::handoff_context::HandoffContext;

/// What is known of a ticket.
pub(crate) async fn of_ticket(
    context: &EventContext<'_>,
    ticket: &TicketId,
) -> Result<TicketLink, Failure> {
    Ok(context.table().get(&Key::ticket(context.org(), ticket)).await?.unwrap_or_default())
}

/// Keeps what belongs together: the ticket's sessions, the session's ticket, and what
/// was written, so that its echo is known.
pub(crate) async fn keep(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    ticket: &TicketId,
    contact: &ContactId,
    written: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let key = Key::ticket(context.org(), ticket);
    let known = of_ticket(context, ticket).await?;
    let mut sessions = known.sessions.unwrap_or_default();
    if !sessions.contains(&handoff.session) {
        sessions.push(handoff.session.clone());
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
    context.table().merge(&key, &of_ticket).await?;
    let of_session = SessionLink {
        ticket: Some(ticket.clone()),
        channel: handoff.channel,
        custom_data: Some(handoff.custom_data.clone()),
        ..SessionLink::default()
    };
    Ok(context.table().merge(&Key::session(context.org(), &handoff.session), &of_session).await?)
}
