//! The function `handoff`: the AI gave up, and a rep takes over in HubSpot with
//! everything at hand: contact, ticket, comment, assignment.
//!
//! A handoff always brings a human: a step that HubSpot refuses never stops the following
//! ones. What is missing then is said in the comment, and the event is parked with that
//! step. Each step's result is in the journal, so that a redrive does only what is missing.

mod assignment;
mod channel_thread;
mod comment;
mod enrich;
mod files;
mod handoff_context;
mod open_ticket;
mod progress;
mod properties;
mod thread;
mod ticket;
mod ticket_rejection;
mod ticket_write;

use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::opencx::events::HandoffToHuman;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::rules::participants::Customer;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, opencx_events,
};
use bridge_hubspot_directory::find_or_create_contact;
use bridge_store::{Key, PendingHandoff, SessionLink, now_ms};

use crate::handoff_context::{HandoffContext, moment_of};
use crate::progress::Progress;

/// The handoff's consumer.
pub struct Handoff;

impl Consumer for Handoff {
    const FUNCTION: &'static FunctionEntry = &registry::HANDOFF;
    const TYPICAL_CALLS: u32 = 4;
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
        context.about_session(&event.conversation_id);
        // A late repeat must not silence the AI again, and a close waits for a claim that is there.
        context.take_claim().await?;
        let link = silence_ai(context, event).await?;
        let handoff = HandoffContext::gather(context, event, link).await?;
        let mut thread = thread::bind(context, &handoff).await?;
        let mut progress = Progress::default();
        let found = find_or_create_contact(context, handoff.customer()).await;
        let customer = progress.optional(context, "contact", found)?.flatten();
        list(context, &handoff, customer.as_ref()).await?;
        // A thread of a Custom Channel has the files itself.
        let mut has_files = handoff.link.channel_thread.integration_thread.is_some();
        let begun = channel_thread::begin(context, &handoff, customer.as_ref()).await;
        if let Some((begun, shown)) = progress.needed(context, "thread", begun)?.flatten() {
            thread = Some(begun);
            has_files = true;
            progress.needed(context, "transcript in the thread", shown)?;
        }
        let mut assignee = assignment::choose(context, &handoff, thread.as_ref()).await?;
        let mut ticket = None;
        if context.settings.ticketing_enabled {
            // On the heap: all that a ticket may need makes a large future.
            let write = ticket::create_or_append(
                context,
                &handoff,
                customer.clone(),
                thread.as_ref(),
                assignee.clone(),
            );
            ticket = progress.needed(context, "ticket", Box::pin(write).await)?;
            if let Some(ticket) = &ticket {
                assignee.clone_from(&ticket.assignee);
            }
        }
        let comment = comment::Comment {
            handoff: &handoff,
            customer: customer.as_ref(),
            thread: thread.as_ref(),
            ticket: ticket.as_ref(),
            missing: progress.missing(),
        };
        let posted = comment.post(context).await;
        progress.needed(context, "comment", posted)?;
        if let (Some(thread), Some(assignee)) = (&thread, &assignee) {
            let assigned = assignment::assign(context, &handoff, thread, assignee).await;
            progress.needed(context, "assignment", assigned)?;
        }
        if let Some(ticket) = ticket.as_ref().filter(|_| !has_files) {
            let attached = Box::pin(files::attach(context, &handoff, &ticket.id)).await;
            progress.needed(context, "note with files", attached)?;
        }
        progress.end()
    }
}

/// Lists the session under its customer, so that it is found when they are erased.
async fn list(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&bridge_hubspot_directory::Customer>,
) -> Result<(), Failure> {
    let mut person = Customer::of_contact(&handoff.contact);
    if let Some(customer) = customer {
        person.add_actor(format!("V-{}", customer.contact));
    }
    let (table, org, session) = (context.table(), context.org(), &handoff.session);
    let listed = table.list_session(org, session, &person, handoff.link.listed.as_deref()).await?;
    if listed.is_some() {
        let link = SessionLink { listed, ..SessionLink::default() };
        table.merge(&Key::session(org, session), &link).await?;
    }
    Ok(())
}

/// Silences the AI from here on, and returns what is known of the session.
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
