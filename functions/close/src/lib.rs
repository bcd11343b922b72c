//! The function `close`: a resolved conversation closes its ticket. It comes
//! fifteen seconds after the event, by the queue's delay.

mod handoff;
mod ticket;

use std::time::Duration;

use bridge_domain::ids::SessionId;
use bridge_domain::opencx::events::Closed;
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::time::Timestamp;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Priority, opencx_events,
};
use bridge_hubspot_directory::{unless_refused, wait_for_handoff};
use bridge_opencx::{Session, Status};
use bridge_store::{Key, SessionLink, ThreadLink, ttl_after};

/// Time after which a session that reads open is read once more.
const READ_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Name under which it is remembered when a session first read open.
const READ_OPEN: &str = "read open";

/// Name under which it is remembered that this event closes the thread.
const CLOSES_THREAD: &str = "closes thread";

/// The consumer of closings.
pub struct Close;

impl Consumer for Close {
    const FUNCTION: &'static FunctionEntry = &registry::CLOSE;
    const PRIORITY: Priority = Priority::Background;
    type Event = Closed;

    fn decode(body: &str) -> Result<Vec<Result<DecodedEvent<Closed>, DecodeError>>, DecodeError> {
        opencx_events(body, Self::FUNCTION.opencx_events)
    }

    async fn handle(context: &EventContext<'_>, event: &Closed) -> Result<Handled, Failure> {
        let session = &event.conversation_id;
        context.about_session(session);
        let link: Option<SessionLink> =
            context.table().get(&Key::session(context.org(), session)).await?;
        if event.resolved == Some(false) {
            remember(context, session, false, link.as_ref()).await?;
            return Ok(SkipReason::NotResolved.into());
        }
        // Its ticket is still to come, and would stay open.
        if let Some(begun) = link.as_ref().and_then(|link| link.handoff.as_ref()) {
            let why = "the session's handoff is still in progress";
            wait_for_handoff(context, begun, why).await?;
        }
        let asked = read_session(context, session).await?;
        let status = asked.as_ref().and_then(|asked| asked.status);
        if status == Some(Status::Open) {
            return Ok(SkipReason::SessionOpen.into());
        }
        // The end of a telephone call does not say how it ended: its session does.
        if event.resolved.is_none() && status != Some(Status::ClosedResolved) {
            remember(context, session, false, link.as_ref()).await?;
            return Ok(SkipReason::NotResolved.into());
        }
        if asked.is_some_and(|asked| asked.handoff.is_some()) {
            handoff::wait_for_announced(event, link.as_ref())?;
        }
        remember(context, session, true, link.as_ref()).await?;
        let link = link.unwrap_or_default();
        let thread_closed = close_thread(context, session, &link).await?;
        let ended = close_ticket(context, event, &link).await?;
        Ok(if thread_closed { Handled::Applied } else { ended })
    }
}

/// Closes the thread of a session on a Custom Channel, and returns whether it did.
async fn close_thread(
    context: &EventContext<'_>,
    session: &SessionId,
    link: &SessionLink,
) -> Result<bool, Failure> {
    let channel = &link.channel_thread;
    let is_open = channel.integration_thread.is_some() && channel.thread_closed != Some(true);
    let Some(thread) = link.thread.as_ref().filter(|_| is_open || context.was_begun(CLOSES_THREAD))
    else {
        return Ok(false);
    };
    if context.settings.assist_mode.covers(link.channel) {
        return Ok(false);
    }
    context.about_thread(thread);
    context.memo(CLOSES_THREAD, true).await?;
    let closed = bridge_hubspot_directory::close_thread(context, session, thread).await?;
    if !closed {
        context.remark("HubSpot does not close the thread");
    }
    Ok(closed)
}

async fn close_ticket(
    context: &EventContext<'_>,
    event: &Closed,
    link: &SessionLink,
) -> Result<Handled, Failure> {
    if !context.settings.ticketing_enabled {
        return Ok(SkipReason::TicketingDisabled.into());
    }
    let Some(ticket) = &link.ticket else { return Ok(SkipReason::NoTicket.into()) };
    context.about_ticket(ticket);
    if context.settings.assist_mode.covers(link.channel) {
        return Ok(SkipReason::AssistMode.into());
    }
    ticket::close(context, event, ticket).await?;
    Ok(Handled::Applied)
}

/// Reads the session. One that still reads open is read once more later, since its event may
/// be faster than its state. One that OpenCX does not have, or does not show, is over: the
/// event says so.
async fn read_session(
    context: &EventContext<'_>,
    id: &SessionId,
) -> Result<Option<Session>, Failure> {
    let was_open = context.was_begun(READ_OPEN);
    if was_open {
        let first: Timestamp = context.memo(READ_OPEN, Timestamp::now()).await?;
        let left = READ_AGAIN_AFTER.saturating_sub(Timestamp::now().since(first));
        if !left.is_zero() {
            return Err(read_again(left));
        }
    }
    let asked = unless_refused(context, "the session", context.opencx.session(id).await)?.flatten();
    let is_open = asked.as_ref().is_some_and(|asked| asked.status == Some(Status::Open));
    if is_open && !was_open {
        context.memo(READ_OPEN, Timestamp::now()).await?;
        return Err(read_again(READ_AGAIN_AFTER));
    }
    Ok(asked)
}

fn read_again(delay: Duration) -> Failure {
    Failure::RetryAfter { delay, error: "the session still reads open".to_owned() }
}

/// Remembers how the conversation ended, whatever becomes of its ticket: another
/// session on the same ticket may wait for it. Of most conversations nothing else is
/// known, and nothing needs to be remembered. From now on its days are counted.
async fn remember(
    context: &EventContext<'_>,
    session: &SessionId,
    is_resolved: bool,
    link: Option<&SessionLink>,
) -> Result<(), Failure> {
    let Some(link) = link else { return Ok(()) };
    // A late repeat must not close a conversation that goes on meanwhile.
    context.take_claim().await?;
    // An open ticket is a rep's work, who may write in the thread at any time.
    let is_over = is_resolved || link.ticket.is_none();
    let ttl = is_over.then(|| ttl_after(context.settings.closed_lifetime()));
    let ended = SessionLink {
        closed: Some(true),
        resolved: Some(is_resolved),
        awaits_human: is_resolved.then_some(false),
        ttl,
        ..SessionLink::default()
    };
    context.table().merge(&Key::session(context.org(), session), &ended).await?;
    let (Some(thread), Some(_)) = (&link.thread, ttl) else { return Ok(()) };
    let key = Key::thread(context.org(), thread);
    let of_thread: Option<ThreadLink> = context.table().get(&key).await?;
    if of_thread.is_some_and(|link| link.session.as_ref() == Some(session)) {
        context.table().merge(&key, &ThreadLink { ttl, ..ThreadLink::default() }).await?;
    }
    Ok(())
}
