//! A conversation by text messages, a channel that the settings do not list: it has no HubSpot
//! thread and only gets a ticket.

use hubspot_sim::RecordView;
use opencx_sim::{Channel, Contact, ContactMessage};

use crate::context::{Context, expect};

fn ben(session: Option<&str>, text: &str) -> ContactMessage {
    ContactMessage {
        session: session.map(str::to_owned),
        channel: Channel::Sms,
        contact: Contact {
            name: Some("Ben Okoro".to_owned()),
            phone_number: Some("+4915112345678".to_owned()),
            ..Contact::default()
        },
        text: text.to_owned(),
        ..ContactMessage::default()
    }
}

/// Plays the conversation from the first message to the ticket.
pub(crate) async fn conversation(story: &mut Context<'_>) -> Result<(), String> {
    story.narrator.step("Ben writes text messages, and OpenCX delivers the AI's answers itself.");
    let threads = story.portal.threads().len();
    let unknown = |unknown: opencx_sim::UnknownSession| unknown.to_string();
    let session =
        story.opencx.customer_writes(ben(None, "Can I get a refund?")).map_err(unknown)?;
    let linked = story
        .wait_for_outcome("his first contact is linked", |record| {
            record.function == "contact-sync"
                && record.outcome == bridge_domain::outcome::Outcome::Applied
        })
        .await?;
    let calls = linked.hubspot_calls;
    story
        .narrator
        .result("HubSpot", &format!("Ben is a contact now, linked to his session ({calls} calls)"));
    story
        .wait_for_outcome("the AI's answer is skipped, as there is no thread", |record| {
            record.reason.as_deref() == Some("no_thread")
        })
        .await?;
    story.narrator.step("Ben asks for a human, too.");
    story.opencx.customer_writes(ben(Some(&session), "A human, please.")).map_err(unknown)?;
    let of_session = |ticket: &RecordView| ticket.get("opencx_session_id") == session;
    let ticket = story
        .wait_for("a ticket for Ben", || story.portal.tickets().into_iter().find(of_session))
        .await?;
    expect(ticket.get("content").contains("refund"), "his words are in it")?;
    let note = story
        .wait_for("a note on his ticket", || {
            let notes = story.portal.ticket(&ticket.id)?.notes;
            let note = story.portal.notes().into_iter().find(|note| notes.contains(&note.id))?;
            Some(note.get("hs_note_body").to_owned())
        })
        .await?;
    expect(note.contains("AI decided to handoff"), "the note gives the reason")?;
    expect(story.portal.threads().len() == threads, "no thread was made for him")?;
    story.narrator.result(
        "HubSpot",
        &format!(
            "ticket {} with a note; no thread, as the settings list no Custom Channel for SMS",
            ticket.id
        ),
    );
    Ok(())
}
