//! Records that were merged, deleted or erased in HubSpot: what is kept about them follows.

use bridge_domain::ids::{ContactId, ThreadId, TicketId};
use bridge_domain::outcome::SkipReason;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_store::{Key, TicketLink, Traces};

/// Moves what is kept about the merged tickets to the one that survives.
pub(crate) async fn merge(
    context: &EventContext<'_>,
    survivor: &TicketId,
    merged: &[TicketId],
) -> Result<Handled, Failure> {
    // A repeat finds nothing any more: its outcome must not be the one that is kept.
    context.take_claim().await?;
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
    let (table, org) = (context.table(), context.org());
    let key = Key::ticket(org, ticket);
    let Some(link) = table.get::<TicketLink>(&key).await? else {
        return Ok(SkipReason::NoSession.into());
    };
    context.take_claim().await?;
    if let Some(contact) = &link.contact {
        table.delete(&Key::customer(org, contact)).await?;
    }
    table.delete(&key).await?;
    Ok(Handled::Applied)
}

/// Forgets the person of a contact that was erased.
pub(crate) async fn erase_contact(
    context: &EventContext<'_>,
    contact: &ContactId,
) -> Result<Handled, Failure> {
    erase(context, &context.table().traces_of_contact(context.org(), contact).await?).await
}

/// Forgets a conversation that was erased.
pub(crate) async fn erase_thread(
    context: &EventContext<'_>,
    thread: &ThreadId,
) -> Result<Handled, Failure> {
    erase(context, &context.table().traces_of_thread(context.org(), thread).await?).await
}

/// Messages on `parked.fifo` go first: by the links they are recognised.
async fn erase(context: &EventContext<'_>, traces: &Traces) -> Result<Handled, Failure> {
    context.take_claim().await?;
    let messages = context.queues().erase_parked(traces).await?;
    if traces.is_empty() && messages == 0 {
        return Ok(SkipReason::NoSession.into());
    }
    context.table().erase(traces).await?;
    if !traces.parked.is_empty() {
        let count = traces.parked.len();
        context.remark(format!("{count} parked events lost their messages; discard them"));
    }
    Ok(Handled::Applied)
}
