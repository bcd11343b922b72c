//! The function `close`: a resolved conversation closes its ticket. It comes
//! fifteen seconds after the event, by the queue's delay.

mod handoff;
mod ticket;

use bridge_domain::opencx_event::Closed;
use bridge_domain::outcome::SkipReason;
use bridge_opencx::Status;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};
use bridge_store::{Key, SessionLink};

pub use crate::handoff::LONGEST_HANDOFF;

/// See the crate.
pub struct Close;

impl Consumer for Close {
    const NAME: &'static str = "close";
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
/// known, and nothing needs to be remembered.
async fn remember(
    work: &Work<'_>,
    event: &Closed,
    link: Option<&SessionLink>,
) -> Result<(), Failure> {
    if link.is_none() {
        return Ok(());
    }
    let ended = SessionLink {
        closed: Some(true),
        resolved: Some(event.is_resolved()),
        awaits_human: event.is_resolved().then_some(false),
        ..SessionLink::default()
    };
    Ok(work.table().merge(&Key::session(work.org(), &event.conversation_id), &ended).await?)
}
