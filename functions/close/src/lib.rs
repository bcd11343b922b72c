//! The function `close`: a resolved conversation closes its ticket. It comes
//! fifteen seconds after the event, by the queue's delay.

mod handoff;
mod ticket;

use bridge_domain::opencx_event::Closed;
use bridge_domain::outcome::SkipReason;
use bridge_opencx::Status;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Urgency, Work, opencx_events};
use bridge_store::{Key, SessionLink, ThreadLink, ttl_after};

pub use crate::handoff::LONGEST_HANDOFF;

/// See the crate.
pub struct Close;

impl Consumer for Close {
    const NAME: &'static str = "close";
    const URGENCY: Urgency = Urgency::Background;
    type Event = Closed;

    fn read(body: &str) -> Result<Vec<Result<Incoming<Closed>, Refused>>, Refused> {
        opencx_events(body, "conversation.closed")
    }

    async fn act(work: &Work<'_>, event: &Closed) -> Result<Ended, Failure> {
        let session = &event.conversation_id;
        work.about_session(session);
        let link: Option<SessionLink> =
            work.table().get(&Key::session(work.org(), session)).await?;
        if !event.is_resolved() {
            remember(work, event, link.as_ref()).await?;
            return Ok(SkipReason::NotResolved.into());
        }
        handoff::wait_for_begun(work, link.as_ref()).await?;
        let asked = work.opencx.session(session).await?;
        if asked.as_ref().is_some_and(|asked| asked.status == Some(Status::Open)) {
            return Ok(SkipReason::SessionOpen.into());
        }
        if asked.is_some_and(|asked| asked.handoff.is_some()) {
            handoff::wait_for_announced(event, link.as_ref())?;
        }
        remember(work, event, link.as_ref()).await?;
        let link = link.unwrap_or_default();
        if !work.settings.ticketing_enabled {
            return Ok(SkipReason::TicketingDisabled.into());
        }
        let Some(ticket) = &link.ticket else { return Ok(SkipReason::NoTicket.into()) };
        work.about_ticket(ticket);
        if work.settings.assist_mode.covers(link.channel) {
            return Ok(SkipReason::AssistMode.into());
        }
        ticket::close(work, event, ticket).await?;
        Ok(Ended::Applied)
    }
}

/// Remembers how the conversation ended, whatever becomes of its ticket: another
/// session on the same ticket may wait for it. Of most conversations nothing else is
/// known, and nothing needs to be remembered. From now on its days are counted.
async fn remember(
    work: &Work<'_>,
    event: &Closed,
    link: Option<&SessionLink>,
) -> Result<(), Failure> {
    let Some(link) = link else { return Ok(()) };
    // An open ticket is a rep's work, who may write in the thread at any time.
    let is_over = event.is_resolved() || link.ticket.is_none();
    let ttl = is_over.then(|| ttl_after(work.settings.closed_lifetime()));
    let ended = SessionLink {
        closed: Some(true),
        resolved: Some(event.is_resolved()),
        awaits_human: event.is_resolved().then_some(false),
        ttl,
        ..SessionLink::default()
    };
    let session = &event.conversation_id;
    work.table().merge(&Key::session(work.org(), session), &ended).await?;
    let (Some(thread), Some(_)) = (&link.thread, ttl) else { return Ok(()) };
    let key = Key::thread(work.org(), thread);
    let of_thread: Option<ThreadLink> = work.table().get(&key).await?;
    if of_thread.is_some_and(|link| link.session.as_ref() == Some(session)) {
        work.table().merge(&key, &ThreadLink { ttl, ..ThreadLink::default() }).await?;
    }
    Ok(())
}
