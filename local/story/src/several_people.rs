//! A conversation of several people: a supplier is asked in the customer's thread, and an
//! autoresponder answers.

use hubspot_sim::{Channel, CustomerMessage, Direction, MessageRef, RepMessage};

use crate::context::{Context, expect};
use crate::email::expect_no_private_text;
use bridge_local::demo::DEFAULT_REP;

const QUESTION: &str = "Do you have the blue lamp?";
const CORA: &str = "cora@example.org";
const SUPPLIER: &str = "sales@lamps.example";

fn mail(thread: Option<&str>, from: &str, subject: &str, text: &str) -> CustomerMessage {
    CustomerMessage {
        thread: thread.map(str::to_owned),
        channel: Channel::Email,
        email: Some(from.to_owned()),
        subject: Some(subject.to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    }
}

/// Plays the conversation from the customer's question to the rep's answer.
pub(crate) async fn conversation(story: &mut Context<'_>) -> Result<(), String> {
    let thread = question(story).await?;
    supplier_is_asked(story, &thread).await?;
    autoresponder(story, &thread).await?;
    rep_answers(story, &thread).await?;
    expect_no_private_text(story)
}

async fn question(story: &mut Context<'_>) -> Result<String, String> {
    story.narrator.step("Cora mails a question, and the AI answers her.");
    let thread = writes(story, mail(None, CORA, "Blue lamp", QUESTION))?.thread;
    story.wait_for("the AI's answer", || (sent_out(story, &thread) == 1).then_some(())).await?;
    Ok(thread)
}

async fn supplier_is_asked(story: &mut Context<'_>, thread: &str) -> Result<(), String> {
    story.narrator.step("A rep takes the thread and asks a supplier in it; the supplier answers.");
    story.portal.assign(thread, Some(DEFAULT_REP)).map_err(|error| error.to_string())?;
    let forward = RepMessage {
        thread: thread.to_owned(),
        user_id: DEFAULT_REP,
        text: "PRIVATE: have you got the blue one?".to_owned(),
        to: vec![SUPPLIER.to_owned()],
        ..RepMessage::default()
    };
    let asked = story.portal.rep_writes(forward).map_err(|error| error.to_string())?;
    expect_skipped(story, &asked, "not_to_the_customer").await?;
    let answer = mail(Some(thread), SUPPLIER, "Re: Blue lamp", "PRIVATE: yes, at half the price.");
    let answered = writes(story, answer)?;
    expect_skipped(story, &answered, "not_the_customer").await?;
    story.narrator.result("OpenCX", "Cora's session shows neither the forward nor the answer");
    Ok(())
}

async fn autoresponder(story: &mut Context<'_>, thread: &str) -> Result<(), String> {
    story.narrator.step("Cora's autoresponder answers everybody.");
    let away = mail(Some(thread), CORA, "Automatic reply: Blue lamp", "I am away until Monday.");
    let robot = writes(story, away)?;
    expect_skipped(story, &robot, "automatic_message").await?;
    story.narrator.result("bridge", "skipped: no person wrote it, and the AI does not answer it");
    Ok(())
}

async fn rep_answers(story: &mut Context<'_>, thread: &str) -> Result<(), String> {
    story.narrator.step("The rep answers Cora.");
    let text = "Yes, we have the blue lamp.";
    story.portal.rep_replies(thread, DEFAULT_REP, text, None).map_err(|error| error.to_string())?;
    let session = story
        .wait_for("the rep's answer in Cora's session", || {
            let is_hers = |session: &opencx_sim::SessionView| {
                session.history.iter().any(|entry| entry.text == text)
            };
            story.opencx.sessions().into_iter().find(is_hers)
        })
        .await?;
    expect(session.contact.email.as_deref() == Some(CORA), "the session is Cora's")?;
    expect(session.history.len() == 3, "her question, the AI's answer and the rep's answer")?;
    expect(sent_out(story, thread) == 3, "the AI answered once, the rep wrote twice")?;
    story.narrator.result("OpenCX", "the session has the question and both answers, no more");
    Ok(())
}

fn writes(story: &Context<'_>, message: CustomerMessage) -> Result<MessageRef, String> {
    story.portal.customer_writes(message).map_err(|error| error.to_string())
}

/// Counts the public messages that left the inbox.
fn sent_out(story: &Context<'_>, thread: &str) -> usize {
    let messages = story.portal.messages(thread).into_iter();
    messages.filter(|message| message.direction() == Some(Direction::Outgoing)).count()
}

async fn expect_skipped(
    story: &Context<'_>,
    message: &MessageRef,
    reason: &str,
) -> Result<(), String> {
    let id = format!("{}-{}", message.thread, message.message);
    let expected = format!("the outcome {reason}");
    let record = story.wait_for_outcome(&expected, |record| record.event_id == id).await?;
    let found = record.reason.as_deref().unwrap_or("applied");
    expect(found == reason, &format!("the message is skipped as {reason}, not {found}"))
}
