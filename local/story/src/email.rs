//! An email conversation in a HubSpot inbox, from the first mail to the closed ticket.

use std::time::Duration;

use bridge_local::demo::{AI_USER, DEFAULT_REP};
use hubspot_sim::{
    ActionError, Channel, CustomerMessage, Direction, Message, MessageKind, ObjectKind, Property,
    RecordView,
};
use opencx_sim::Sender;
use tokio::time::Instant;

use crate::context::{Context, expect};

/// The beginning of every internal comment of a handoff.
pub(crate) const HANDOFF_MARKER: &str = "🔄 AI decided to handoff";

/// A conversation and its ticket.
pub(crate) struct Conversation {
    thread: String,
    session: String,
    ticket: String,
    resolved: Instant,
}

/// Plays the conversation up to the customer's thanks.
pub(crate) async fn until_resolved(
    story: &mut Context<'_>,
    email_delay: Duration,
    close_delay: Duration,
) -> Result<Conversation, String> {
    let (thread, session) = first_mail(story, email_delay).await?;
    let ticket = handoff(story, &thread, &session).await?;
    rep_answers(story, &thread, &session).await?;
    human_owns(story, &thread, &session).await?;
    property_changes(story, &ticket, &session).await?;
    let resolved = thanks(story, &thread, &session, close_delay).await?;
    Ok(Conversation { thread, session, ticket, resolved })
}

fn ann_writes(story: &Context<'_>, thread: Option<&str>, text: &str) -> Result<String, String> {
    let mail = CustomerMessage {
        thread: thread.map(str::to_owned),
        channel: Channel::Email,
        name: Some("Ann Lee".to_owned()),
        email: Some("ann@example.org".to_owned()),
        subject: Some("Where is my order?".to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    };
    let sent = story.portal.customer_writes(mail).map_err(|refused| refused.to_string())?;
    Ok(sent.thread)
}

/// Returns the messages that the customer received in the thread.
fn received(story: &Context<'_>, thread: &str) -> Vec<Message> {
    let outgoing = |message: &Message| message.direction() == Some(Direction::Outgoing);
    story.portal.messages(thread).into_iter().filter(outgoing).collect()
}

async fn first_mail(
    story: &mut Context<'_>,
    email_delay: Duration,
) -> Result<(String, String), String> {
    story.narrator.step("Ann mails support@acme.com: where is my order?");
    let thread = ann_writes(story, None, "Hello, where is my order 4711?")?;
    let is_hers = |session: &opencx_sim::SessionView| {
        session.history.first().is_some_and(|entry| entry.text.contains("4711"))
    };
    let session = story
        .wait_for("her mail in an OpenCX session", || {
            story.opencx.sessions().into_iter().find(is_hers)
        })
        .await?;
    let delay = match email_delay.as_secs() {
        0 => "email does not wait".to_owned(),
        seconds => format!("email waits {seconds} s"),
    };
    let text = format!("the AI gets it in session {} ({delay})", session.id);
    story.narrator.result("OpenCX", &text);
    expect(
        session.contact.email.as_deref() == Some("ann@example.org"),
        "the session knows Ann's address",
    )?;
    let answer = story
        .wait_for("the AI's answer in the thread", || received(story, &thread).into_iter().next())
        .await?;
    let html = answer.rich_text().unwrap_or_default().to_owned();
    expect(answer.sender() == Some(&format!("A-{AI_USER}")), "the answer is from the AI's user")?;
    expect(html.contains("<strong>"), "the AI's Markdown became HTML")?;
    expect(html.matches("Acme Support").count() == 1, "acme.com's signature is under it, once")?;
    let text = format!("the AI's answer is in thread {thread}, as HTML, signed for acme.com");
    story.narrator.result("HubSpot", &text);
    Ok((thread, session.id))
}

async fn handoff(story: &mut Context<'_>, thread: &str, session: &str) -> Result<String, String> {
    story.narrator.step("Ann is not satisfied and asks for a human.");
    ann_writes(story, Some(thread), "That does not help!!! I want to talk to a human.")?;
    let of_session = |ticket: &RecordView| ticket.get("opencx_session_id") == session;
    let ticket = story
        .wait_for("a ticket of her session", || story.portal.tickets().into_iter().find(of_session))
        .await?;
    let content = ticket.get("content");
    expect(content.contains("order 4711"), "the whole transcript is in the ticket")?;
    expect(ticket.get("opencx_tags") == "opencx_handedoff", "the ticket is tagged")?;
    expect(ticket.get("hubspot_owner_id") == "70222", "the ticket belongs to the default rep")?;
    expect(ticket.contacts.len() == 1, "the ticket is associated with Ann")?;
    story
        .narrator
        .result("HubSpot", &format!("ticket {}: \"{}\"", ticket.id, ticket.get("subject")));
    let is_handoff_comment = |message: &Message| message.text().starts_with(HANDOFF_MARKER);
    let comment = story
        .wait_for("an internal comment on the thread", || {
            story.portal.messages(thread).into_iter().find(is_handoff_comment)
        })
        .await?;
    expect(comment.kind == MessageKind::Comment, "the comment is internal")?;
    expect(comment.text().contains(session), "it links to the session")?;
    let owner = format!("A-{DEFAULT_REP}");
    story
        .wait_for("the thread assigned to the rep", || {
            let thread = story.portal.thread(thread)?;
            (thread.assigned_to.as_deref() == Some(&owner)).then_some(())
        })
        .await?;
    story.narrator.result(
        "HubSpot",
        "an internal comment gives the reason; the thread is assigned to the rep",
    );
    let record = story
        .wait_for_outcome("the handoff's outcome", |record| record.function == "handoff")
        .await?;
    story
        .narrator
        .result("bridge", &format!("{} HubSpot calls for the handoff", record.hubspot_calls));
    Ok(ticket.id)
}

async fn rep_answers(story: &mut Context<'_>, thread: &str, session: &str) -> Result<(), String> {
    story.narrator.step("The rep notes in private that Ann is upset, then answers in public.");
    let text_of = |error: ActionError| error.to_string();
    story
        .portal
        .rep_comments(thread, DEFAULT_REP, "PRIVATE: she is upset, be kind")
        .map_err(text_of)?;
    story
        .portal
        .rep_replies(thread, DEFAULT_REP, "Dear Ann, it arrives tomorrow.", None)
        .map_err(text_of)?;
    let reply = story
        .wait_for("the rep's reply in the session", || {
            let history = story.opencx.session(session)?.history;
            history.into_iter().find(|entry| entry.text.contains("arrives tomorrow"))
        })
        .await?;
    expect(reply.sender == Sender::HumanAgent, "it shows as an agent's message")?;
    let name = reply.name.unwrap_or_default();
    story
        .narrator
        .result("OpenCX", &format!("the session shows the reply of {name}, and nothing private"));
    expect_no_private_text(story)
}

/// Checks that no private note of a rep is in OpenCX.
pub(crate) fn expect_no_private_text(story: &Context<'_>) -> Result<(), String> {
    let texts = story.opencx.sessions().into_iter().flat_map(|session| session.history);
    let leaked = texts.into_iter().any(|entry| entry.text.contains("PRIVATE"));
    expect(!leaked, "no private note is in OpenCX")
}

async fn human_owns(story: &mut Context<'_>, thread: &str, session: &str) -> Result<(), String> {
    story.narrator.step("Ann answers the rep. The AI does not get her mail.");
    ann_writes(story, Some(thread), "Thank you. Which carrier is it?")?;
    story
        .wait_for_outcome("her mail is left to the rep", |record| {
            record.reason.as_deref() == Some("human_owns_thread")
        })
        .await?;
    let forwarded =
        story.session(session)?.history.iter().any(|entry| entry.text.contains("carrier"));
    expect(!forwarded, "the AI does not get mail for the rep")?;
    story.narrator.result("bridge", "skipped: a human owns the thread");
    Ok(())
}

async fn property_changes(
    story: &mut Context<'_>,
    ticket: &str,
    session: &str,
) -> Result<(), String> {
    story.narrator.step("The rep sets the order number on the ticket.");
    let text_of = |error: ActionError| error.to_string();
    let property = Property::text(ObjectKind::Ticket, "order_number");
    story.portal.define_property(ObjectKind::Ticket, property).map_err(text_of)?;
    story.portal.set_property(ticket, "order_number", "4711", DEFAULT_REP).map_err(text_of)?;
    story
        .wait_for("the order number in the session", || {
            let data = story.opencx.session(session)?.custom_data;
            (data.get("order_id")?.as_str() == Some("4711")).then_some(())
        })
        .await?;
    story.narrator.result("OpenCX", "the session has it in its custom data, as order_id");
    Ok(())
}

async fn thanks(
    story: &mut Context<'_>,
    thread: &str,
    session: &str,
    close_delay: Duration,
) -> Result<Instant, String> {
    story.narrator.step("The rep gives the thread back to the AI. Ann: thanks, solved.");
    story.portal.assign(thread, Some(AI_USER)).map_err(|refused| refused.to_string())?;
    ann_writes(story, Some(thread), "Thanks, solved!")?;
    story
        .wait_for("the session resolved", || {
            let session = story.opencx.session(session)?;
            (session.status == opencx_sim::Status::ClosedResolved).then_some(())
        })
        .await?;
    let text = format!(
        "the conversation is resolved; its ticket closes {} s later",
        close_delay.as_secs()
    );
    story.narrator.result("OpenCX", &text);
    Ok(Instant::now())
}

/// Waits for the close of the ticket.
pub(crate) async fn ticket_closes(
    story: &mut Context<'_>,
    conversation: &Conversation,
) -> Result<(), String> {
    story.narrator.step("Ann's ticket closes by itself.");
    let Conversation { thread, session, ticket, resolved } = conversation;
    let closed = story
        .wait_for("the ticket closed", || {
            let ticket = story.portal.ticket(ticket)?;
            (ticket.get("hs_pipeline_stage") == "4").then_some(ticket)
        })
        .await?;
    expect(closed.get("content").contains("Resolved"), "its content says how it ended")?;
    let after = resolved.elapsed().as_secs_f64();
    let text = format!(
        "ticket {ticket} is closed within {after:.0} s of the end, with summary and sentiment"
    );
    story.narrator.result("HubSpot", &text);
    let answers = received(story, thread).len();
    expect(answers == 2, "Ann received one answer of the AI and one of the rep, each once")?;
    let forwarded = story
        .session(session)?
        .history
        .iter()
        .filter(|entry| entry.sender == Sender::Contact)
        .count();
    expect(forwarded == 3, "OpenCX got each of Ann's three mails to the AI once")
}
