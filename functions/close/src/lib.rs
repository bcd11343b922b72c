//! The function `close`: a resolved conversation closes its ticket. It comes
//! fifteen seconds after the event, by the queue's delay.

use std::collections::BTreeMap;

use bridge_domain::ids::TicketId;
use bridge_domain::opencx_event::{Closed, Sentiment};
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::ticket::{LONGEST_TEXT, length};
use bridge_domain::transcript::{minute, moment};
use bridge_hubspot::{Ticket, Write};
use bridge_opencx::Status;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};
use bridge_store::{Key, SessionLink, TicketLink};

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
        let key = Key::session(work.org(), session);
        let link: SessionLink = work.table().get(&key).await?.unwrap_or_default();
        let ticket = match wanted(work, event, &link).await? {
            Ok(ticket) => ticket,
            Err(reason) => return Ok(reason.into()),
        };
        work.about_ticket(&ticket);
        close(work, event, &ticket).await?;
        let closed = TicketLink { closed: Some(true), ..TicketLink::default() };
        work.table().merge(&Key::ticket(work.org(), &ticket), &closed).await?;
        let resolved = SessionLink {
            resolved: Some(true),
            awaits_human: Some(false),
            ..SessionLink::default()
        };
        work.table().merge(&key, &resolved).await?;
        Ok(Ended::Applied)
    }
}

/// The ticket to be closed, or why there is none.
async fn wanted(
    work: &Work<'_>,
    event: &Closed,
    link: &SessionLink,
) -> Result<Result<TicketId, SkipReason>, Failure> {
    if !event.is_resolved() {
        return Ok(Err(SkipReason::NotResolved));
    }
    if !work.settings.ticketing_enabled {
        return Ok(Err(SkipReason::TicketingDisabled));
    }
    let Some(ticket) = &link.ticket else { return Ok(Err(SkipReason::NoTicket)) };
    if work.settings.assist_mode.covers(link.channel) {
        return Ok(Err(SkipReason::AssistMode));
    }
    let session = work.opencx.session(&event.conversation_id).await?;
    if session.is_some_and(|session| session.status == Some(Status::Open)) {
        return Ok(Err(SkipReason::SessionOpen));
    }
    Ok(Ok(ticket.clone()))
}

/// Moves the ticket to the closed stage and completes its content. A ticket that a
/// rep closed already keeps its stage.
async fn close(work: &Work<'_>, event: &Closed, id: &TicketId) -> Result<(), Failure> {
    let read = ["content", "hs_pipeline", "hs_pipeline_stage"];
    let Some(ticket) = work.hubspot.ticket(id, &read).await? else {
        let error = "the ticket was deleted or merged in HubSpot";
        return Err(Failure::park(ParkReason::TicketGone, error));
    };
    let (table, hubspot) = (work.table(), &work.hubspot);
    let stage = ticket.property("hs_pipeline_stage");
    let mut changes = BTreeMap::new();
    if !bridge_portal::is_closed(table, hubspot, &work.settings, stage).await? {
        let pipeline = ticket.property("hs_pipeline");
        let closed = bridge_portal::closed_stage(table, hubspot, &work.settings, pipeline).await?;
        changes.insert("hs_pipeline_stage".to_owned(), closed);
    }
    changes.extend(content(&ticket, event).map(|content| ("content".to_owned(), content)));
    if changes.is_empty() {
        return Ok(());
    }
    match work.repeatable("update", hubspot.update_ticket(id, &changes)).await? {
        Write::Done(()) => Ok(()),
        Write::Invalid(refused) => {
            let names: Vec<&str> = refused.iter().map(|property| property.name.as_str()).collect();
            let error = format!("HubSpot does not take {} of the ticket", names.join(", "));
            Err(Failure::park(ParkReason::Refused, error))
        }
    }
}

/// The ticket's content with the end of the conversation under it; `None` if it is
/// there already, or if there is no room for it.
fn content(ticket: &Ticket, event: &Closed) -> Option<String> {
    let content = ticket.property("content");
    let when = event.timestamp.as_ref().and_then(moment).map(minute);
    let when = when.map(|when| format!(", {when}")).unwrap_or_default();
    let summary = event.summary.as_deref().unwrap_or("(no summary)").trim();
    let sentiment = event.user_sentiment.map_or("not known", Sentiment::as_str);
    let section = format!("Resolved{when}\n{summary}\nSentiment: {sentiment}");
    let whole = format!("{}\n\n{section}", content.trim_end());
    (!content.contains(&section) && length(&whole) <= LONGEST_TEXT).then_some(whole)
}
