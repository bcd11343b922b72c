//! Files of the transcript, attached to the ticket in a note. The ticket has their links anyway.

use bridge_domain::ids::TicketId;
use bridge_domain::opencx::transcript::EntryAttachment;
use bridge_domain::ticket::content::note_html;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::NoteOn;
use bridge_hubspot_directory::keep_files_once;

use crate::handoff_context::HandoffContext;

/// Attaches what can be fetched now. A host that does not answer keeps no handoff waiting.
pub(crate) async fn attach(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    ticket: &TicketId,
) -> Result<(), Failure> {
    let files = handoff.transcript.iter().flat_map(|entry| entry.attachments.clone());
    let files: Vec<EntryAttachment> = files.filter(|file| file.url.is_some()).collect();
    let kept = keep_files_once(context, &handoff.session, "transcript", &files, false).await?;
    if kept.files.is_empty() {
        return Ok(());
    }
    let html = &note_html(&format!("Files of the conversation\n{}", handoff.session_url));
    let on = NoteOn::Ticket(ticket);
    let recovery = Recovery::look_up(|since| context.hubspot.find_note(on, html, since));
    let post = context.hubspot.create_note_with_files(on, html, &kept.files);
    context.step("note with files", recovery, post).await?;
    Ok(())
}
