//! Records that were merged, deleted or erased in HubSpot: what is kept about them follows.

use bridge_domain::ids::{ContactId, SessionId, ThreadId, TicketId};
use bridge_domain::outcome::SkipReason;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_store::{CustomerLink, Key, SessionLink, ThreadLink, TicketLink};

/// Moves what is kept about the merged tickets to the one that survives.
pub(crate) async fn merge(
    context: &EventContext<'_>,
    survivor: &TicketId,
    merged: &[TicketId],
) -> Result<Handled, Failure> {
    let mut moved = false;
    for ticket in merged {
        moved |= context.table().move_ticket(context.org(), ticket, survivor).await?;
    }
    Ok(if moved { Handled::Applied } else { SkipReason::NoSession.into() })
}

/// Forgets a ticket that was deleted.
pub(crate) async fn delete(
    context: &EventContext<'_>,
    ticket: &TicketId,
) -> Result<Handled, Failure> {
    let Some(link) = of_ticket(context, ticket).await? else {
        return Ok(SkipReason::NoSession.into());
    };
    if let Some(contact) = &link.contact {
        forget_customer(context, contact).await?;
    }
    context.table().delete(&Key::ticket(context.org(), ticket)).await?;
    Ok(Handled::Applied)
}

/// Forgets the conversations of a contact that was erased.
pub(crate) async fn erase_contact(
    context: &EventContext<'_>,
    contact: &ContactId,
) -> Result<Handled, Failure> {
    let key = Key::customer(context.org(), contact);
    let Some(customer) = context.table().get::<CustomerLink>(&key).await? else {
        return Ok(SkipReason::NoSession.into());
    };
    if let Some(ticket) = &customer.ticket {
        let link = of_ticket(context, ticket).await?.unwrap_or_default();
        for session in link.sessions.iter().flatten() {
            erase_session(context, session).await?;
        }
        context.table().delete(&Key::ticket(context.org(), ticket)).await?;
    }
    context.table().delete(&key).await?;
    Ok(Handled::Applied)
}

/// Forgets a conversation that was erased.
pub(crate) async fn erase_thread(
    context: &EventContext<'_>,
    thread: &ThreadId,
) -> Result<Handled, Failure> {
    let key = Key::thread(context.org(), thread);
    let Some(link) = context.table().get::<ThreadLink>(&key).await? else {
        return Ok(SkipReason::NoSession.into());
    };
    if let Some(session) = &link.session {
        context.table().delete(&Key::session(context.org(), session)).await?;
    }
    context.table().delete(&key).await?;
    Ok(Handled::Applied)
}

async fn erase_session(context: &EventContext<'_>, session: &SessionId) -> Result<(), Failure> {
    let key = Key::session(context.org(), session);
    let link: SessionLink = context.table().get(&key).await?.unwrap_or_default();
    if let Some(thread) = &link.thread {
        context.table().delete(&Key::thread(context.org(), thread)).await?;
    }
    Ok(context.table().delete(&key).await?)
}

async fn of_ticket(
    context: &EventContext<'_>,
    ticket: &TicketId,
) -> Result<Option<TicketLink>, Failure> {
    Ok(context.table().get(&Key::ticket(context.org(), ticket)).await?)
}

async fn forget_customer(context: &EventContext<'_>, contact: &ContactId) -> Result<(), Failure> {
    Ok(context.table().delete(&Key::customer(context.org(), contact)).await?)
}
