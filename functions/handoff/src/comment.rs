//! The internal comment: why the AI gave up, for the rep's eyes only.

use bridge_domain::handoff::Notice;
use bridge_domain::opencx_event::Sentiment;
use bridge_domain::ticket::note_html;
use bridge_hubspot::Posted;
use bridge_portal::Customer;
use bridge_runtime::{Failure, Work};

use crate::brief::Brief;
use crate::ticket::OnTicket;

/// Posts the comment on the thread; without one, as a note on the ticket; without
/// that either, as a note on the contact.
pub(crate) async fn post(
    work: &Work<'_>,
    brief: &Brief,
    customer: &Customer,
    ticket: Option<&OnTicket>,
) -> Result<(), Failure> {
    let notice = notice(work, brief, ticket);
    if brief.thread.is_some() {
        return on_thread(work, brief, &notice).await;
    }
    let (text, html) = (notice.text(), notice.html());
    match (ticket, &customer.contact) {
        (Some(ticket), _) => {
            let look = |_| work.hubspot.find_note(&ticket.id, &html);
            work.sure("comment", look, work.hubspot.note_on_ticket(&ticket.id, &html)).await?;
        }
        (None, Some(contact)) => {
            let html = note_html(&text);
            work.once("comment", work.hubspot.note_on_contact(contact, &html)).await?;
        }
        (None, None) => work.remark("there is nothing in HubSpot to put the comment on"),
    }
    Ok(())
}

async fn on_thread(work: &Work<'_>, brief: &Brief, notice: &Notice<'_>) -> Result<(), Failure> {
    let Some(thread) = &brief.thread else { return Ok(()) };
    let (text, html) = (notice.text(), notice.html());
    let text = &text;
    let look = |since| async move {
        let found = work.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Posted { id }))
    };
    let posted = work.sure("comment", look, work.hubspot.post_comment(thread, text, &html)).await?;
    Ok(work.table().mark_sent(work.org(), posted.id.as_str()).await?)
}

fn notice<'a>(work: &Work<'_>, brief: &'a Brief, ticket: Option<&OnTicket>) -> Notice<'a> {
    let mut remarks = Vec::new();
    if let Some(ticket) = ticket {
        if ticket.is_return {
            remarks.push("the customer is back; the ticket was open from before".to_owned());
        }
        for property in &ticket.left_out {
            let remark = format!("HubSpot does not take the ticket property `{property}`");
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
