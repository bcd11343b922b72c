//! Notes on HubSpot's records and comments on its threads, which only reps see.

use bridge_domain::ids::{ThreadId, TicketId};
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{NoteOn, Posted};
use bridge_vendor_http::if_accepted;

/// Makes a note on a record, as a step.
pub async fn add_note(
    context: &EventContext<'_>,
    step: &str,
    on: NoteOn<'_>,
    html: &str,
) -> Result<(), Failure> {
    let recovery = Recovery::look_up(|since| context.hubspot.find_note(on, html, since));
    context.step(step, recovery, context.hubspot.create_note(on, html)).await?;
    Ok(())
}

/// Puts what does not fit into a ticket into notes on it.
pub async fn add_notes(
    context: &EventContext<'_>,
    ticket: &TicketId,
    notes: &[String],
) -> Result<(), Failure> {
    for (at, html) in notes.iter().enumerate() {
        add_note(context, &format!("note {at}"), NoteOn::Ticket(ticket), html).await?;
    }
    Ok(())
}

/// The step that posts a comment on a thread.
pub const COMMENT_STEP: &str = "comment";

/// Posts a comment on a thread, as a step. Returns whether HubSpot took it: a thread that was
/// deleted, or a token that may not write there, is no reason to fail.
pub async fn add_comment(
    context: &EventContext<'_>,
    thread: &ThreadId,
    text: &str,
    html: &str,
) -> Result<bool, Failure> {
    let recovery = Recovery::look_up(|since| async move {
        let found = context.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Some(Posted::found(id))))
    });
    let post = async { if_accepted(context.hubspot.post_comment(thread, text, html).await) };
    Ok(context.step(COMMENT_STEP, recovery, post).await?.is_some())
}
