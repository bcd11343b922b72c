//! The function `handoff`: the AI gave up, and a rep takes over in HubSpot with
//! everything at hand: contact, ticket, comment, assignment.
//!
//! Each step's result is kept in the journal, so that a second delivery takes up
//! where the first stopped.

mod append;
mod assignment;
mod comment;
mod enrich;
mod handoff_context;
mod links;
mod properties;
mod property_rejection;
mod thread_owner;
mod ticket;
mod ticket_steps;

use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::opencx::events::HandoffToHuman;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::rules::participants::Customer;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, opencx_events,
};
use bridge_store::{Key, Origin, PendingHandoff, SessionLink, ThreadLink, now_ms};

use crate::handoff_context::{HandoffContext, moment_of};

/// See the crate.
pub struct Handoff;

impl Consumer for Handoff {
    const FUNCTION: &'static FunctionEntry = &registry::HANDOFF;
    type Event = HandoffToHuman;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<HandoffToHuman>, DecodeError>>, DecodeError> {
        opencx_events(body, Self::FUNCTION.opencx_events)
    }

    async fn handle(
        context: &EventContext<'_>,
        event: &HandoffToHuman,
    ) -> Result<Handled, Failure> {
        let session = &event.conversation_id;
        context.about_session(session);
        let link = silence_ai(context, event).await?;
        let handoff = HandoffContext::gather(context, event, link).await?;
        if let Some(thread) = &handoff.thread {
            context.about_thread(thread);
            link_thread(context, &handoff).await?;
        }
        let customer =
            bridge_hubspot_directory::find_or_create_contact(context, handoff.customer()).await?;
        let mut assignee = assignment::choose(context, &handoff).await?;
        let mut ticket = None;
        if context.settings.ticketing_enabled {
            let on =
                ticket::create_or_append(context, &handoff, &customer, assignee.as_ref()).await?;
            assignee = on.other_assignee.clone().or(assignee);
            ticket = Some(on);
        }
        comment::post(context, &handoff, &customer, ticket.as_ref()).await?;
        thread_owner::assign(context, &handoff, assignee.as_ref()).await?;
        Ok(Handled::Applied)
    }
}

/// From here on the AI stays silent; what is known of the session.
async fn silence_ai(
    context: &EventContext<'_>,
    event: &HandoffToHuman,
) -> Result<SessionLink, Failure> {
    let key = Key::session(context.org(), &event.conversation_id);
    let known: SessionLink = context.table().get(&key).await?.unwrap_or_default();
    let silent = SessionLink {
        awaits_human: Some(true),
        handed_over: Some(HandOver { at: moment_of(context, event), assigned: None }),
        handoff: Some(PendingHandoff { event_id: context.identity(), at: now_ms() }),
        closed: Some(false),
        resolved: Some(false),
        ..SessionLink::default()
    };
    context.table().merge(&key, &silent).await?;
    Ok(known)
}

/// A conversation born on OpenCX's side that has a HubSpot thread: what a rep writes
/// there belongs to this session, and OpenCX delivers it.
async fn link_thread(context: &EventContext<'_>, handoff: &HandoffContext) -> Result<(), Failure> {
    let Some(thread) = &handoff.thread else { return Ok(()) };
    let key = Key::thread(context.org(), thread);
    if !handoff.thread_is_new {
        return Ok(context.table().renew(&key, None).await?);
    }
    let of_session = SessionLink {
        thread: Some(thread.clone()),
        channel: handoff.channel,
        customer: Some(Customer::of_contact(&handoff.contact)),
        ..SessionLink::default()
    };
    context.table().merge(&Key::session(context.org(), &handoff.session), &of_session).await?;
    let of_thread = ThreadLink {
        session: Some(handoff.session.clone()),
        origin: Some(Origin::OpenCx),
        ..ThreadLink::default()
    };
    Ok(context.table().merge(&key, &of_thread).await?)
}
