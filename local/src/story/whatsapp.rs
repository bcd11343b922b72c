//! A `WhatsApp` conversation, which HubSpot cannot carry: it only gets a ticket.

use hubspot_sim::RecordView;
use opencx_sim::{Channel, Contact, ContactMessage};

use super::stage::{Stage, expect};

fn ben(session: Option<&str>, text: &str) -> ContactMessage {
    ContactMessage {
        session: session.map(str::to_owned),
        channel: Channel::Whatsapp,
        contact: Contact {
            name: Some("Ben Okoro".to_owned()),
            phone_number: Some("+4915112345678".to_owned()),
            ..Contact::default()
        },
        text: text.to_owned(),
        ..ContactMessage::default()
    }
}

/// From the first message to the ticket.
pub(crate) async fn play(stage: &mut Stage<'_>) -> Result<(), String> {
    stage.narrator.step("Meanwhile Ben writes on WhatsApp, where OpenCX itself talks to him.");
    let unknown = |unknown: opencx_sim::UnknownSession| unknown.to_string();
    let session =
        stage.opencx.customer_writes(ben(None, "Can I get a refund?")).map_err(unknown)?;
    let linked = stage
        .outcome("his first contact is linked", |record| {
            record.function == "contact-sync"
                && record.outcome == bridge_domain::outcome::Outcome::Applied
        })
        .await?;
    let calls = linked.hubspot_calls;
    stage
        .narrator
        .seen("HubSpot", &format!("Ben is a contact now, linked to his session ({calls} calls)"));
    stage
        .outcome("the AI's answer is none of HubSpot's business", |record| {
            record.reason.as_deref() == Some("no_thread")
        })
        .await?;
    stage.narrator.step("Ben wants a human, too.");
    stage.opencx.customer_writes(ben(Some(&session), "A human, please.")).map_err(unknown)?;
    let of_session = |ticket: &RecordView| ticket.get("opencx_session_id") == session;
    let ticket = stage
        .seen("a ticket for Ben", || stage.portal.tickets().into_iter().find(of_session))
        .await?;
    expect(ticket.get("content").contains("refund"), "his words are in it")?;
    let note = stage
        .seen("a note on his ticket", || {
            let notes = stage.portal.ticket(&ticket.id)?.notes;
            let note = stage.portal.notes().into_iter().find(|note| notes.contains(&note.id))?;
            Some(note.get("hs_note_body").to_owned())
        })
        .await?;
    expect(note.contains("AI decided to handoff"), "the note says why")?;
    expect(stage.portal.threads().len() == 1, "no thread was made for him")?;
    stage.narrator.seen(
        "HubSpot",
        &format!("ticket {} with a note; no thread, as HubSpot has no WhatsApp there", ticket.id),
    );
    Ok(())
}
