//! The internal comment: why the AI gave up, for the rep's eyes only.

use bridge_domain::ids::ThreadId;
use bridge_domain::opencx::custom_data::property_of;
use bridge_domain::opencx::events::Sentiment;
use bridge_domain::ticket::handoff_comment::HandoffComment;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{NoteOn, Posted};
use bridge_hubspot_directory::Customer;

use crate::handoff_context::HandoffContext;
use crate::ticket::HandoffTicket;

/// Posts the comment on the thread; without one, as a note on the ticket; without
/// that either, as a note on the contact. It is never sent as a message, which the
/// customer would see.
pub(crate) async fn post(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: &Customer,
    ticket: Option<&HandoffTicket>,
) -> Result<(), Failure> {
    let notice = notice(context, handoff, ticket);
    if let Some(thread) = &handoff.thread
        && on_thread(context, thread, &notice).await?
    {
        return Ok(());
    }
    let on = match (ticket, &customer.contact) {
        (Some(ticket), _) => NoteOn::Ticket(&ticket.id),
        (None, Some(contact)) => NoteOn::Contact(contact),
        (None, None) => {
            context.remark("there is nothing in HubSpot to put the comment on");
            return Ok(());
        }
    };
    let html = notice.html();
    let look = |since| context.hubspot.find_note(on, &html, since);
    let create = context.hubspot.create_note(on, &html);
    context.step("comment note", Recovery::look_up(look), create).await?;
    Ok(())
}

/// Whether the thread took it: one that was deleted, or a token that may not write
/// there, is no reason to fail.
async fn on_thread(
    context: &EventContext<'_>,
    thread: &ThreadId,
    notice: &HandoffComment<'_>,
) -> Result<bool, Failure> {
    let (text, html) = (notice.text(), notice.html());
    let text = &text;
    let look = |since| async move {
        let found = context.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Some(Posted::found(id))))
    };
    let post = async {
        match context.hubspot.post_comment(thread, text, &html).await {
            Ok(posted) => Ok(Some(posted)),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status != 401) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let Some(posted) = context.step("comment", Recovery::look_up(look), post).await? else {
        context.remark("HubSpot does not take the comment on the thread; it is a note instead");
        return Ok(false);
    };
    context.table().mark_sent(context.org(), posted.id.as_str()).await?;
    Ok(true)
}

fn notice<'a>(
    context: &EventContext<'_>,
    handoff: &'a HandoffContext,
    ticket: Option<&HandoffTicket>,
) -> HandoffComment<'a> {
    let mut remarks = Vec::new();
    if let Some(ticket) = ticket {
        if ticket.is_return {
            remarks.push("the customer is back; the ticket was open from before".to_owned());
        }
        for property in &ticket.left_out {
            let remark = left_out(context, handoff, property);
            context.remark(remark.clone());
            remarks.push(remark);
        }
    }
    HandoffComment {
        reason: &handoff.reason,
        sentiment: handoff.sentiment.map(Sentiment::as_str),
        language: handoff.language.as_deref(),
        session_url: &handoff.session_url,
        ticket_url: ticket.map(|ticket| context.settings.ticket_url(&ticket.id)),
        remarks,
    }
}

/// Says what is missing on the ticket, and which of the session's data that was.
fn left_out(context: &EventContext<'_>, handoff: &HandoffContext, property: &str) -> String {
    let mut keys = handoff.custom_data.0.keys();
    match keys.find(|key| property_of(&context.settings, key) == property) {
        Some(key) if key != property => {
            format!(
                "HubSpot does not take the ticket property `{property}` (`{key}` of the session)"
            )
        }
        _ => format!("HubSpot does not take the ticket property `{property}`"),
    }
}
