//! A customer who is back while their ticket is open: the ticket is brought up to date.

use bridge_domain::ticket::appended;
use bridge_domain::transcript::{minute, moment};
use bridge_hubspot::Ticket;
use bridge_runtime::{Failure, Work};
use bridge_store::now_ms;
use serde_json::Value;

use crate::assignment::{Assignee, chosen_by_rep};
use crate::brief::Brief;
use crate::links;
use crate::properties::{Properties, priority_of_open};
use crate::ticket::{OnTicket, Written};
use crate::ticket_steps;

/// What has to be known of the ticket.
pub(crate) const READ: [&str; 5] =
    ["content", "hs_pipeline", "hs_pipeline_stage", "opencx_tags", "hubspot_owner_id"];

/// Adds the handoff to the ticket. What a rep wrote and whom they gave it to stays.
pub(crate) async fn append(
    work: &Work<'_>,
    brief: &Brief,
    open: &Ticket,
    mut properties: Properties,
) -> Result<(OnTicket, Written), Failure> {
    let kept_assignee = kept_assignee(work, open, &properties).await?;
    if kept_assignee.is_some() {
        properties.values.remove("hubspot_owner_id");
    }
    let existing = open.property("content");
    let heading = heading(work, brief).await?;
    let unknown = brief.unknown();
    let laid_out = appended(existing, &heading, &brief.conversation(&unknown));
    let mut set = |name: &str, value: String| properties.values.insert(name.to_owned(), value);
    // A second delivery may find its own heading there.
    if !(ticket_steps::update_was_begun(work) && existing.contains(&heading)) {
        set("content", laid_out.ticket);
    }
    priority_of_open(work, brief).map(|priority| set("hs_ticket_priority", priority.to_owned()));
    if let Some(tags) = properties.values.get_mut("opencx_tags") {
        *tags = with_tag(open.property("opencx_tags"), tags);
    }
    let taken = ticket_steps::update(work, brief, &open.id, properties).await?;
    ticket_steps::notes(work, &open.id, &laid_out.notes).await?;
    let (id, left_out) = (open.id.clone(), taken.left_out);
    let other_assignee = kept_assignee.or(taken.other_assignee);
    let ticket = OnTicket { id, is_return: true, left_out, contact: None, other_assignee };
    Ok((ticket, taken.values))
}

/// Whom a rep gave the ticket to. In Assist Mode nobody gets anything.
async fn kept_assignee(
    work: &Work<'_>,
    open: &Ticket,
    properties: &Properties,
) -> Result<Option<Assignee>, Failure> {
    if !properties.values.contains_key("hubspot_owner_id") {
        return Ok(None);
    }
    let written = links::of_ticket(work, &open.id).await?.written.unwrap_or_default();
    let written = written.get("hubspot_owner_id").map(|written| written.value.as_str());
    chosen_by_rep(work, open.property("hubspot_owner_id"), written).await
}

/// What tells this conversation from others in a ticket's content. An event that does
/// not say when it happened is dated by its first delivery.
async fn heading(work: &Work<'_>, brief: &Brief) -> Result<String, Failure> {
    let when = if brief.when.is_empty() {
        let now = moment(&Value::from(now_ms())).map(minute).unwrap_or_default();
        work.repeatable("date", async { Ok(now) }).await?
    } else {
        brief.when.clone()
    };
    let (channel, url) = (brief.channel_title(), &brief.session_url);
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
