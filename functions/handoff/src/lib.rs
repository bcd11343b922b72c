//! The function `handoff`: the AI gave up, and a rep takes over in HubSpot with
//! everything at hand: contact, ticket, comment, assignment.
//!
//! Each step's result is kept in the journal, so that a second delivery takes up
//! where the first stopped.

mod append;
mod assignment;
mod brief;
mod comment;
mod gather;
mod links;
mod properties;
mod refused;
mod thread_owner;
mod ticket;
mod ticket_steps;

use bridge_domain::opencx_event::HandoffToHuman;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};
use bridge_store::{BegunHandoff, Key, Origin, SessionLink, ThreadLink, now_ms};

use crate::brief::Brief;

/// See the crate.
pub struct Handoff;

impl Consumer for Handoff {
    const NAME: &'static str = "handoff";
    type Event = HandoffToHuman;

    fn read(body: &str) -> Result<Vec<Result<Incoming<HandoffToHuman>, Refused>>, Refused> {
        opencx_events(body, "conversation.handoff_to_human")
    }

    async fn act(work: &Work<'_>, event: &HandoffToHuman) -> Result<Ended, Failure> {
        let session = &event.conversation_id;
        work.about_session(session);
        let link = silence_ai(work, event).await?;
        let brief = Brief::gather(work, event, link).await?;
        if let Some(thread) = &brief.thread {
            work.about_thread(thread);
            link_thread(work, &brief).await?;
        }
        let customer = bridge_portal::find_or_create_who(work, brief.customer()).await?;
        let mut assignee = assignment::choose(work, &brief).await?;
        let mut ticket = None;
        if work.settings.ticketing_enabled {
            let on = ticket::create_or_append(work, &brief, &customer, assignee.as_ref()).await?;
            assignee = on.other_assignee.clone().or(assignee);
            ticket = Some(on);
        }
        comment::post(work, &brief, &customer, ticket.as_ref()).await?;
        thread_owner::assign(work, &brief, assignee.as_ref()).await?;
        Ok(Ended::Applied)
    }
}

/// From here on the AI stays silent; what is known of the session.
async fn silence_ai(work: &Work<'_>, event: &HandoffToHuman) -> Result<SessionLink, Failure> {
    let key = Key::session(work.org(), &event.conversation_id);
    let known: SessionLink = work.table().get(&key).await?.unwrap_or_default();
    let silent = SessionLink {
        awaits_human: Some(true),
        handoff: Some(BegunHandoff { event_id: work.event_id(), at: now_ms() }),
        closed: Some(false),
        resolved: Some(false),
        ..SessionLink::default()
    };
    work.table().merge(&key, &silent).await?;
    Ok(known)
}

/// A conversation born on OpenCX's side that has a HubSpot thread: what a rep writes
/// there belongs to this session, and OpenCX delivers it.
async fn link_thread(work: &Work<'_>, brief: &Brief) -> Result<(), Failure> {
    let Some(thread) = &brief.thread else { return Ok(()) };
    let key = Key::thread(work.org(), thread);
    if !brief.thread_is_new {
        return Ok(work.table().renew(&key, None).await?);
    }
    let of_session = SessionLink {
        thread: Some(thread.clone()),
        channel: brief.channel,
        ..SessionLink::default()
    };
    work.table().merge(&Key::session(work.org(), &brief.session), &of_session).await?;
    let of_thread = ThreadLink {
        session: Some(brief.session.clone()),
        origin: Some(Origin::OpenCx),
        ..ThreadLink::default()
    };
    Ok(work.table().merge(&key, &of_thread).await?)
}
