//! A conversation on `WhatsApp` that a rep holds in HubSpot's inbox, by a Custom Channel: both
//! ways, with a photo each.

use bridge_local::demo::DEFAULT_REP;
use hubspot_sim::{
    Attachment, Direction, Message, MessageKind, RecordView, RepMessage, Thread, ThreadStatus,
};
use opencx_sim::{Channel, Contact, ContactMessage, Delivered, NewFile, Sender, Status};

use crate::context::{Context, expect};
use crate::email::expect_no_private_text;

/// The first bytes of a picture, in base64.
const PHOTO: &str = "iVBORw0KGgoAAAANSUhEUgAAAAE=";

const DAMAGE: &str = "A human, please. The lamp came like this.";
const REPLY: &str = "I am sorry! This is the new one. It leaves today.";
const THANKS: &str = "Wonderful, that was quick!";

fn dana(session: Option<&str>, text: &str, attachments: Vec<NewFile>) -> ContactMessage {
    ContactMessage {
        session: session.map(str::to_owned),
        channel: Channel::Whatsapp,
        contact: Contact {
            name: Some("Dana Silva".to_owned()),
            phone_number: Some("+351912345678".to_owned()),
            ..Contact::default()
        },
        text: text.to_owned(),
        attachments,
        ..ContactMessage::default()
    }
}

fn text_of<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// Plays the conversation from the first message to the closed thread.
pub(crate) async fn conversation(story: &mut Context<'_>) -> Result<(), String> {
    let (session, thread) = handoff(story).await?;
    rep_answers(story, &session, &thread).await?;
    customer_answers(story, &session, &thread).await?;
    rep_closes(story, &session, &thread).await
}

async fn handoff(story: &mut Context<'_>) -> Result<(String, String), String> {
    story.narrator.step("Dana writes on WhatsApp, sends a photo, and asks for a human.");
    let first = dana(None, "My order arrived.", Vec::new());
    let session = story.opencx.customer_writes(first).map_err(text_of)?;
    let is_ai = |message: &Delivered| message.sender == Sender::Ai;
    story
        .wait_for("the AI's answer to Dana", || {
            story.opencx.session(&session)?.delivered.into_iter().find(is_ai)
        })
        .await?;
    let photo = NewFile {
        name: "lamp.png".to_owned(),
        mime_type: "image/png".to_owned(),
        base64: Some(PHOTO.to_owned()),
        ..NewFile::default()
    };
    let plea = dana(Some(&session), DAMAGE, vec![photo]);
    story.opencx.customer_writes(plea).map_err(text_of)?;
    let owner = format!("A-{DEFAULT_REP}");
    let is_hers = |thread: &Thread| {
        let shown = story.portal.messages(&thread.id);
        thread.assigned_to.as_deref() == Some(&owner)
            && shown.iter().any(|message| message.text() == DAMAGE)
    };
    let thread = story
        .wait_for("her conversation in HubSpot's inbox", || {
            story.portal.threads().into_iter().find(is_hers)
        })
        .await?;
    let shown = public(story, &thread.id);
    let directions: Vec<_> = shown.iter().filter_map(Message::direction).collect();
    let expected = [Direction::Incoming, Direction::Outgoing, Direction::Incoming];
    expect(directions == expected, "her messages and the AI's answer are in it, in order")?;
    let files = shown[2].attachments.clone().unwrap_or_default();
    let file = files.first().and_then(|file| file["fileId"].as_str()).unwrap_or_default();
    let kept = story.portal.file(file).ok_or("her photo is not in HubSpot")?;
    expect(kept.access == "PRIVATE", "her photo is a private file")?;
    story.narrator.result(
        "HubSpot",
        &format!("thread {} shows the whole conversation and the photo", thread.id),
    );
    let of_session = |ticket: &RecordView| ticket.get("opencx_session_id") == session;
    story
        .wait_for("a ticket for Dana", || story.portal.tickets().into_iter().find(of_session))
        .await?;
    story.narrator.result("HubSpot", "a ticket, and the thread is assigned to the rep");
    Ok((session, thread.id))
}

/// The public messages of a thread.
fn public(story: &Context<'_>, thread: &str) -> Vec<Message> {
    let messages = story.portal.messages(thread).into_iter();
    messages.filter(|message| message.kind == MessageKind::Message).collect()
}

async fn rep_answers(story: &mut Context<'_>, session: &str, thread: &str) -> Result<(), String> {
    story.narrator.step("The rep comments in private, then answers in HubSpot with a photo.");
    let comment = "PRIVATE: the third broken lamp this week";
    story.portal.rep_comments(thread, DEFAULT_REP, comment).map_err(text_of)?;
    let photo = Attachment {
        name: "new lamp.png".to_owned(),
        base64: Some(PHOTO.to_owned()),
        mime_type: "image/png".to_owned(),
        ..Attachment::default()
    };
    let reply = RepMessage {
        thread: thread.to_owned(),
        user_id: DEFAULT_REP,
        text: REPLY.to_owned(),
        attachments: vec![photo],
        ..RepMessage::default()
    };
    let sent = story.portal.rep_writes(reply).map_err(text_of)?;
    let delivered = story
        .wait_for("the rep's answer on Dana's phone", || {
            let all = story.opencx.session(session)?.delivered;
            all.into_iter().find(|one| one.sender == Sender::HumanAgent && one.text == REPLY)
        })
        .await?;
    let photo = delivered.attachments.first().ok_or("the photo is missing")?;
    let bytes = reqwest::get(&photo.url).await.map_err(text_of)?;
    let bytes = bytes.bytes().await.map_err(text_of)?;
    expect(bytes.starts_with(b"\x89PNG"), "the photo can be read at its address")?;
    story.narrator.result("OpenCX", &format!("{} gets the answer with the photo", delivered.to));
    story
        .wait_for("the report of the delivery", || {
            let messages = story.portal.messages(thread);
            let message = messages.into_iter().find(|message| message.id == sent.message)?;
            (message.status?.status_type == "SENT").then_some(())
        })
        .await?;
    story.narrator.result("HubSpot", "the rep sees that it was sent; the comment stayed inside");
    expect_no_private_text(story)
}

async fn customer_answers(
    story: &mut Context<'_>,
    session: &str,
    thread: &str,
) -> Result<(), String> {
    story.narrator.step("Dana answers on WhatsApp.");
    let answer = dana(Some(session), THANKS, Vec::new());
    story.opencx.customer_writes(answer).map_err(text_of)?;
    story
        .wait_for("her answer in the same thread", || {
            public(story, thread).into_iter().find(|message| message.text() == THANKS)
        })
        .await?;
    let replies = public(story, thread).iter().filter(|message| message.text() == REPLY).count();
    expect(replies == 1, "the rep's answer is not shown twice")?;
    story.narrator.result("HubSpot", "it is in the thread, and the rep's own answer shows once");
    Ok(())
}

async fn rep_closes(story: &mut Context<'_>, session: &str, thread: &str) -> Result<(), String> {
    story.narrator.step("The rep closes the thread.");
    story.portal.set_thread_status(thread, ThreadStatus::Closed).map_err(text_of)?;
    story
        .wait_for("the end of the session", || {
            (story.opencx.session(session)?.status == Status::ClosedResolved).then_some(())
        })
        .await?;
    story.narrator.result("OpenCX", "the session is resolved");
    let is_closed = |ticket: &RecordView| {
        ticket.get("opencx_session_id") == session && ticket.get("hs_pipeline_stage") == "4"
    };
    story
        .wait_for("the closed ticket", || story.portal.tickets().into_iter().find(is_closed))
        .await?;
    story.narrator.result("HubSpot", "so is the ticket");
    Ok(())
}
