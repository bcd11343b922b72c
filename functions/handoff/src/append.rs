//! A customer who is back while their ticket is open: the ticket is brought up to date.

use bridge_domain::ticket::content::appended;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::Ticket;

use crate::assignment::{Assignee, chosen_by_rep};
use crate::handoff_context::HandoffContext;
use crate::links;
use crate::properties::{Properties, priority_of_open};
use crate::ticket::{HandoffTicket, Written};
use crate::ticket_steps;

/// What has to be known of the ticket.
pub(crate) const READ: [&str; 5] =
    ["content", "hs_pipeline", "hs_pipeline_stage", "opencx_tags", "hubspot_owner_id"];

/// Adds the handoff to the ticket. What a rep wrote and whom they gave it to stays.
pub(crate) async fn append(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    open: &Ticket,
    mut properties: Properties,
) -> Result<(HandoffTicket, Written), Failure> {
    let kept_assignee = kept_assignee(context, open, &properties).await?;
    if kept_assignee.is_some() {
        properties.values.remove("hubspot_owner_id");
    }
    let existing = open.property("content");
    let heading = heading(context, handoff).await?;
    let unknown = handoff.unknown();
    let laid_out = appended(existing, &heading, &handoff.conversation(&unknown));
    let mut set = |name: &str, value: String| properties.values.insert(name.to_owned(), value);
    // A second delivery may find its own heading there.
    if !(ticket_steps::update_was_begun(context) && existing.contains(&heading)) {
        set("content", laid_out.ticket);
    }
    priority_of_open(context, handoff)
        .map(|priority| set("hs_ticket_priority", priority.to_owned()));
    if let Some(tags) = properties.values.get_mut("opencx_tags") {
        *tags = with_tag(open.property("opencx_tags"), tags);
    }
    let taken = ticket_steps::update(context, handoff, &open.id, properties).await?;
    ticket_steps::notes(context, &open.id, &laid_out.notes).await?;
    let (id, left_out) = (open.id.clone(), taken.left_out);
    let other_assignee = kept_assignee.or(taken.other_assignee);
    let ticket = HandoffTicket { id, is_return: true, left_out, contact: None, other_assignee };
    Ok((ticket, taken.values))
}

/// Whom a rep gave the ticket to. In Assist Mode nobody gets anything.
async fn kept_assignee(
    context: &EventContext<'_>,
    open: &Ticket,
    properties: &Properties,
) -> Result<Option<Assignee>, Failure> {
    if !properties.values.contains_key("hubspot_owner_id") {
        return Ok(None);
    }
    let written = links::of_ticket(context, &open.id).await?.written.unwrap_or_default();
    let written = written.get("hubspot_owner_id").map(|written| written.value.as_str());
    chosen_by_rep(context, open.property("hubspot_owner_id"), written).await
}

/// What tells this conversation from others in a ticket's content. An event that does
/// not say when it happened is dated by its first delivery.
async fn heading(context: &EventContext<'_>, handoff: &HandoffContext) -> Result<String, Failure> {
    let when = if handoff.when.is_empty() {
        context.memo("date", Timestamp::now().to_minute()).await?
    } else {
        handoff.when.clone()
    };
    let (channel, url) = (handoff.channel_title(), &handoff.session_url);
    Ok(format!("--- The customer is back, {when} ({channel}) ---\n{url}"))
}

/// The tags that a rep or another program set stay.
fn with_tag(existing: &str, tag: &str) -> String {
    let has = existing.split(';').any(|one| one == tag);
    match existing {
        "" => tag.to_owned(),
        _ if has => existing.to_owned(),
        _ => format!("{existing};{tag}"),
    }
}
