//! An email conversation in a HubSpot inbox, from the first mail to the closed ticket.

use hubspot_sim::{
    ActionError, Channel, CustomerMessage, Direction, Message, MessageKind, ObjectKind, Property,
    RecordView,
};
use opencx_sim::Sender;
use tokio::time::Instant;

use super::stage::{Stage, expect};
use crate::demo::{AI_USER, DEFAULT_REP};

/// What every internal comment of a handoff begins with.
pub(crate) const HANDOFF_MARKER: &str = "🔄 AI decided to handoff";

/// A conversation and its ticket.
pub(crate) struct Conversation {
    thread: String,
    session: String,
    ticket: String,
    resolved: Instant,
}

/// Everything up to the customer's thanks.
pub(crate) async fn until_resolved(stage: &mut Stage<'_>) -> Result<Conversation, String> {
    let (thread, session) = first_mail(stage).await?;
    let ticket = handoff(stage, &thread, &session).await?;
    rep_answers(stage, &thread, &session).await?;
    human_owns(stage, &thread, &session).await?;
    property_changes(stage, &ticket, &session).await?;
    let resolved = thanks(stage, &thread, &session).await?;
    Ok(Conversation { thread, session, ticket, resolved })
}

fn ann_writes(stage: &Stage<'_>, thread: Option<&str>, text: &str) -> Result<String, String> {
    let mail = CustomerMessage {
        thread: thread.map(str::to_owned),
        channel: Channel::Email,
        name: Some("Ann Lee".to_owned()),
        email: Some("ann@example.org".to_owned()),
        subject: Some("Where is my order?".to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    };
    let sent = stage.portal.customer_writes(mail).map_err(|refused| refused.to_string())?;
    Ok(sent.thread)
}

/// The messages that the customer received in the thread.
fn received(stage: &Stage<'_>, thread: &str) -> Vec<Message> {
    let outgoing = |message: &Message| message.direction() == Some(Direction::Outgoing);
    stage.portal.messages(thread).into_iter().filter(outgoing).collect()
}

async fn first_mail(stage: &mut Stage<'_>) -> Result<(String, String), String> {
    stage.narrator.step("Ann mails support@acme.com: where is my order?");
    let thread = ann_writes(stage, None, "Hello, where is my order 4711?")?;
    let heard = |session: &opencx_sim::SessionView| {
        session.history.first().is_some_and(|entry| entry.text.contains("4711"))
    };
    let session = stage
        .seen("her mail in an OpenCX session", || stage.opencx.sessions().into_iter().find(heard))
        .await?;
    let text = format!("the AI reads it, in session {} (email waits 5 s)", session.id);
    stage.narrator.seen("OpenCX", &text);
    expect(
        session.contact.email.as_deref() == Some("ann@example.org"),
        "the session knows Ann's address",
    )?;
    let answer = stage
        .seen("the AI's answer in the thread", || received(stage, &thread).into_iter().next())
        .await?;
    let html = answer.rich_text().unwrap_or_default().to_owned();
    expect(answer.sender() == Some(&format!("A-{AI_USER}")), "the answer is from the AI's user")?;
    expect(html.contains("<strong>"), "the AI's Markdown became HTML")?;
    expect(html.matches("Acme Support").count() == 1, "acme.com's signature is under it, once")?;
    let text = format!("the AI's answer is in thread {thread}, as HTML, signed for acme.com");
    stage.narrator.seen("HubSpot", &text);
    Ok((thread, session.id))
}

async fn handoff(stage: &mut Stage<'_>, thread: &str, session: &str) -> Result<String, String> {
    stage.narrator.step("Ann is not content: she wants a human.");
    ann_writes(stage, Some(thread), "That does not help!!! I want to talk to a human.")?;
    let of_session = |ticket: &RecordView| ticket.get("opencx_session_id") == session;
    let ticket = stage
        .seen("a ticket of her session", || stage.portal.tickets().into_iter().find(of_session))
        .await?;
    let content = ticket.get("content");
    expect(content.contains("order 4711"), "the whole transcript is in the ticket")?;
    expect(ticket.get("opencx_tags") == "opencx_handedoff", "the ticket is tagged")?;
    expect(ticket.get("hubspot_owner_id") == "70222", "the ticket belongs to the default rep")?;
    expect(ticket.contacts.len() == 1, "the ticket is associated with Ann")?;
    stage.narrator.seen("HubSpot", &format!("ticket {}: \"{}\"", ticket.id, ticket.get("subject")));
    let is_notice = |message: &Message| message.text().starts_with(HANDOFF_MARKER);
    let notice = stage
        .seen("an internal comment on the thread", || {
            stage.portal.messages(thread).into_iter().find(is_notice)
        })
        .await?;
    expect(notice.kind == MessageKind::Comment, "the notice is internal")?;
    expect(notice.text().contains(session), "it links to the session")?;
    let owner = format!("A-{DEFAULT_REP}");
    stage
        .seen("the thread assigned to the rep", || {
            let thread = stage.portal.thread(thread)?;
            (thread.assigned_to.as_deref() == Some(&owner)).then_some(())
        })
        .await?;
    stage.narrator.seen("HubSpot", "an internal comment says why; the thread is the rep's");
    let record =
        stage.outcome("the handoff's outcome", |record| record.function == "handoff").await?;
    stage
        .narrator
        .seen("bridge", &format!("{} HubSpot calls for the handoff", record.hubspot_calls));
    Ok(ticket.id)
}

async fn rep_answers(stage: &mut Stage<'_>, thread: &str, session: &str) -> Result<(), String> {
    stage.narrator.step("The rep notes in private that Ann is upset, then answers in public.");
    let refused = |error: ActionError| error.to_string();
    stage
        .portal
        .rep_comments(thread, DEFAULT_REP, "PRIVATE: she is upset, be kind")
        .map_err(refused)?;
    stage
        .portal
        .rep_replies(thread, DEFAULT_REP, "Dear Ann, it arrives tomorrow.", None)
        .map_err(refused)?;
    let reply = stage
        .seen("the rep's reply in the session", || {
            let history = stage.opencx.session(session)?.history;
            history.into_iter().find(|entry| entry.text.contains("arrives tomorrow"))
        })
        .await?;
    expect(reply.sender == Sender::HumanAgent, "it shows as an agent's message")?;
    let name = reply.name.unwrap_or_default();
    stage
        .narrator
        .seen("OpenCX", &format!("the session shows the reply of {name}, and no private word"));
    no_private_word(stage)
}

/// What reps note in private is nowhere in OpenCX.
pub(crate) fn no_private_word(stage: &Stage<'_>) -> Result<(), String> {
    let texts = stage.opencx.sessions().into_iter().flat_map(|session| session.history);
    let leaked = texts.into_iter().any(|entry| entry.text.contains("PRIVATE"));
    expect(!leaked, "no private note is in OpenCX")
}

async fn human_owns(stage: &mut Stage<'_>, thread: &str, session: &str) -> Result<(), String> {
    stage.narrator.step("Ann answers the rep. The AI has no business there any more.");
    ann_writes(stage, Some(thread), "Thank you. Which carrier is it?")?;
    stage
        .outcome("her mail is left to the rep", |record| {
            record.reason.as_deref() == Some("human_owns_thread")
        })
        .await?;
    let heard = stage.session(session)?.history.iter().any(|entry| entry.text.contains("carrier"));
    expect(!heard, "the AI does not read what is for the rep")?;
    stage.narrator.seen("bridge", "skipped: a human owns the thread");
    Ok(())
}

async fn property_changes(
    stage: &mut Stage<'_>,
    ticket: &str,
    session: &str,
) -> Result<(), String> {
    stage.narrator.step("The rep sets the order number on the ticket.");
    let refused = |error: ActionError| error.to_string();
    let property = Property::text(ObjectKind::Ticket, "order_number");
    stage.portal.define_property(ObjectKind::Ticket, property).map_err(refused)?;
    stage.portal.set_property(ticket, "order_number", "4711", DEFAULT_REP).map_err(refused)?;
    stage
        .seen("the order number in the session", || {
            let data = stage.opencx.session(session)?.custom_data;
            (data.get("order_id")?.as_str() == Some("4711")).then_some(())
        })
        .await?;
    stage.narrator.seen("OpenCX", "the session knows it too, as order_id");
    Ok(())
}

async fn thanks(stage: &mut Stage<'_>, thread: &str, session: &str) -> Result<Instant, String> {
    stage.narrator.step("The rep gives the thread back to the AI. Ann: thanks, solved.");
    stage.portal.assign(thread, Some(AI_USER)).map_err(|refused| refused.to_string())?;
    ann_writes(stage, Some(thread), "Thanks, solved!")?;
    stage
        .seen("the session resolved", || {
            let session = stage.opencx.session(session)?;
            (session.status == opencx_sim::Status::ClosedResolved).then_some(())
        })
        .await?;
    stage.narrator.seen("OpenCX", "the conversation is resolved; its ticket closes 15 s later");
    Ok(Instant::now())
}

/// The end of it, which takes the close's delay.
pub(crate) async fn ticket_closes(
    stage: &mut Stage<'_>,
    conversation: &Conversation,
) -> Result<(), String> {
    stage.narrator.step("Back to Ann: her ticket closes by itself.");
    let Conversation { thread, session, ticket, resolved } = conversation;
    let closed = stage
        .seen("the ticket closed", || {
            let ticket = stage.portal.ticket(ticket)?;
            (ticket.get("hs_pipeline_stage") == "4").then_some(ticket)
        })
        .await?;
    expect(closed.get("content").contains("Resolved"), "it says how it ended")?;
    let after = resolved.elapsed().as_secs_f64();
    let text = format!(
        "ticket {ticket} is closed, {after:.0} s after the end, with summary and sentiment"
    );
    stage.narrator.seen("HubSpot", &text);
    let answers = received(stage, thread).len();
    expect(answers == 2, "Ann received one answer of the AI and one of the rep, each once")?;
    let said = stage
        .session(session)?
        .history
        .iter()
        .filter(|entry| entry.sender == Sender::Contact)
        .count();
    expect(said == 3, "OpenCX heard each of Ann's three mails to the AI once")
}
