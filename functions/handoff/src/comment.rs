//! The internal comment: why the AI gave up, for the rep's eyes only.

use bridge_domain::custom_data::property_of;
use bridge_domain::handoff::Notice;
use bridge_domain::ids::ThreadId;
use bridge_domain::opencx_event::Sentiment;
use bridge_hubspot::{NoteOn, Posted};
use bridge_portal::Customer;
use bridge_runtime::{Failure, Work};

use crate::brief::Brief;
use crate::ticket::OnTicket;

/// Posts the comment on the thread; without one, as a note on the ticket; without
/// that either, as a note on the contact. It is never sent as a message, which the
/// customer would see.
pub(crate) async fn post(
    work: &Work<'_>,
    brief: &Brief,
    customer: &Customer,
    ticket: Option<&OnTicket>,
) -> Result<(), Failure> {
    let notice = notice(work, brief, ticket);
    if let Some(thread) = &brief.thread
        && on_thread(work, thread, &notice).await?
    {
        return Ok(());
    }
    let on = match (ticket, &customer.contact) {
        (Some(ticket), _) => NoteOn::Ticket(&ticket.id),
        (None, Some(contact)) => NoteOn::Contact(contact),
        (None, None) => {
            work.remark("there is nothing in HubSpot to put the comment on");
            return Ok(());
        }
    };
    let html = notice.html();
    let look = |since| work.hubspot.find_note(on, &html, since);
    work.sure("comment note", look, work.hubspot.create_note(on, &html)).await?;
    Ok(())
}

/// Whether the thread took it: one that was deleted, or a token that may not write
/// there, is no reason to fail.
async fn on_thread(
    work: &Work<'_>,
    thread: &ThreadId,
    notice: &Notice<'_>,
) -> Result<bool, Failure> {
    let (text, html) = (notice.text(), notice.html());
    let text = &text;
    let look = |since| async move {
        let found = work.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Some(Posted { id })))
    };
    let post = async {
        match work.hubspot.post_comment(thread, text, &html).await {
            Ok(posted) => Ok(Some(posted)),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status != 401) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let Some(posted) = work.sure("comment", look, post).await? else {
        work.remark("HubSpot does not take the comment on the thread; it is a note instead");
        return Ok(false);
    };
    work.table().mark_sent(work.org(), posted.id.as_str()).await?;
    Ok(true)
}

fn notice<'a>(work: &Work<'_>, brief: &'a Brief, ticket: Option<&OnTicket>) -> Notice<'a> {
    let mut remarks = Vec::new();
    if let Some(ticket) = ticket {
        if ticket.is_return {
            remarks.push("the customer is back; the ticket was open from before".to_owned());
        }
        for property in &ticket.left_out {
            let remark = left_out(work, brief, property);
            work.remark(remark.clone());
            remarks.push(remark);
        }
    }
    Notice {
        reason: &brief.reason,
        sentiment: brief.sentiment.map(Sentiment::as_str),
        language: brief.language.as_deref(),
        session_url: &brief.session_url,
        ticket_url: ticket.map(|ticket| work.settings.ticket_url(&ticket.id)),
        remarks,
    }
}

/// Says what is missing on the ticket, and which of the session's data that was.
fn left_out(work: &Work<'_>, brief: &Brief, property: &str) -> String {
    let mut keys = brief.custom_data.0.keys();
    match keys.find(|key| property_of(&work.settings, key) == property) {
        Some(key) if key != property => {
            format!(
                "HubSpot does not take the ticket property `{property}` (`{key}` of the session)"
            )
        }
        _ => format!("HubSpot does not take the ticket property `{property}`"),
    }
}
