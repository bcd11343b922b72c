//! The people of the outage: customers and a rep who go on while a vendor is down.

use bridge_local::demo::{AI_USER, DEFAULT_REP, ORG};
use hubspot_sim::{Channel, CustomerMessage, Direction, Message, ObjectKind, Property};
use opencx_sim::{Contact, ContactMessage, SessionView};
use serde_json::json;

use crate::context::Context;

/// Ann, who chats with a rep, Ben, who chats with the AI, both in HubSpot; Dora, whose conversation
/// on `WhatsApp` is at its end; others who write there for the first time.
pub(crate) struct Participants {
    pub(crate) ann: Chat,
    ann_ticket: String,
    pub(crate) ben: Chat,
    pub(crate) dora: String,
    pub(crate) dora_ticket: String,
    /// The sessions that began during the outage.
    pub(crate) others: Vec<String>,
    pub(crate) replies: Vec<String>,
    pub(crate) questions: Vec<String>,
}

/// A thread and its session.
pub(crate) struct Chat {
    pub(crate) thread: String,
    pub(crate) session: String,
}

impl Participants {
    /// Plays the conversations up to the beginning of the outage.
    pub(crate) async fn prepare(story: &mut Context<'_>) -> Result<Self, String> {
        story
            .narrator
            .step("Ann mails with a rep, Ben chats with the AI, Dora writes to a rep on WhatsApp.");
        let property = Property::text(ObjectKind::Ticket, "order_number");
        story.portal.define_property(ObjectKind::Ticket, property).map_err(text_of)?;
        let question = "Do you ship to Chile?".to_owned();
        let ann = start_chat(story, "ann", Channel::Email, "I want to talk to a human.").await?;
        let ben = start_chat(story, "ben", Channel::LiveChat, &question).await?;
        let dora = start_whatsapp(story, "dora")?;
        let dora_ticket = ticket_of(story, &dora).await?;
        let ann_ticket = ticket_of(story, &ann.session).await?;
        story
            .wait_for("the AI's answer to Ben", || {
                (!ai_answers(story, &ben.thread).is_empty()).then_some(())
            })
            .await?;
        story.wait_until_idle().await?;
        let (others, replies, questions) = (Vec::new(), Vec::new(), vec![question]);
        Ok(Self { ann, ann_ticket, ben, dora, dora_ticket, others, replies, questions })
    }

    /// Plays one round of messages, answers, property changes and closes.
    pub(crate) fn play_round(&mut self, story: &Context<'_>, round: u32) -> Result<(), String> {
        let (portal, opencx) = (story.portal, story.opencx);
        let thread = &self.ann.thread;
        let reply = format!("Reply {round} of the rep.");
        let private = format!("PRIVATE: note {round}");
        portal.rep_replies(thread, DEFAULT_REP, &reply, None).map_err(text_of)?;
        portal.rep_comments(thread, DEFAULT_REP, &private).map_err(text_of)?;
        self.replies.push(reply);
        let number = round.to_string();
        portal
            .set_property(&self.ann_ticket, "order_number", &number, DEFAULT_REP)
            .map_err(text_of)?;
        // An answer that the AI gave a moment ago, and Ben's next question.
        opencx.emit(json!({
            "event": "conversation.ai_response", "event_id": format!("answer-{round}"),
            "organization_id": ORG,
            "data": { "conversation_id": self.ben.session, "message": format!("Answer **{round}**.") },
        }));
        let question = format!("And how long does it take? ({round})");
        customer_writes(story, "ben", Channel::LiveChat, Some(&self.ben.thread), &question)?;
        self.questions.push(question);
        self.others.push(start_whatsapp(story, &format!("other-{round}"))?);
        if round == 1 {
            opencx.resolve(&self.dora, true).map_err(text_of)?;
        }
        Ok(())
    }
}

fn customer_writes(
    story: &Context<'_>,
    name: &str,
    channel: Channel,
    thread: Option<&str>,
    text: &str,
) -> Result<String, String> {
    let message = CustomerMessage {
        thread: thread.map(str::to_owned),
        channel,
        name: Some(name.to_owned()),
        email: Some(format!("{name}@example.org")),
        text: text.to_owned(),
        ..CustomerMessage::default()
    };
    Ok(story.portal.customer_writes(message).map_err(text_of)?.thread)
}

async fn start_chat(
    story: &Context<'_>,
    name: &str,
    channel: Channel,
    text: &str,
) -> Result<Chat, String> {
    let thread = customer_writes(story, name, channel, None, text)?;
    let is_of_chat =
        |session: &SessionView| session.history.first().is_some_and(|entry| entry.text == text);
    let session = story
        .wait_for("the session of a chat", || story.opencx.sessions().into_iter().find(is_of_chat))
        .await?;
    Ok(Chat { thread, session: session.id })
}

fn start_whatsapp(story: &Context<'_>, name: &str) -> Result<String, String> {
    let contact = Contact {
        name: Some(name.to_owned()),
        email: Some(format!("{name}@example.org")),
        ..Contact::default()
    };
    let customer = ContactMessage {
        channel: opencx_sim::Channel::Whatsapp,
        contact,
        text: "A human, please.".to_owned(),
        ..ContactMessage::default()
    };
    story.opencx.customer_writes(customer).map_err(text_of)
}

async fn ticket_of(story: &Context<'_>, session: &str) -> Result<String, String> {
    let find = || {
        let mut all = story.portal.tickets().into_iter();
        all.find(|ticket| ticket.get("opencx_session_id") == session)
    };
    Ok(story.wait_for("the ticket of a handoff", find).await?.id)
}

/// Returns the texts of the AI's user in a thread.
pub(crate) fn ai_answers(story: &Context<'_>, thread: &str) -> Vec<String> {
    let user = format!("A-{AI_USER}");
    let by_ai = |message: &Message| {
        message.direction() == Some(Direction::Outgoing) && message.sender() == Some(&user)
    };
    let all = story.portal.messages(thread).into_iter().filter(by_ai);
    all.map(|message| message.text().to_owned()).collect()
}

fn text_of<E: std::error::Error>(error: E) -> String {
    error.to_string()
}
