//! Who goes on while a vendor is down.

use hubspot_sim::{Channel, CustomerMessage, Direction, Message, ObjectKind, Property};
use opencx_sim::{Contact, ContactMessage, SessionView};
use serde_json::json;

use super::stage::Stage;
use crate::demo::{AI_USER, DEFAULT_REP, ORG};

/// Ann chats with a rep, Ben with the AI, both in HubSpot; Dora's conversation on
/// `WhatsApp` is at its end; others begin there.
pub(crate) struct Cast {
    pub(crate) ann: Chat,
    ann_ticket: String,
    pub(crate) ben: Chat,
    pub(crate) dora: String,
    pub(crate) dora_ticket: String,
    /// The sessions of those who came during the outage.
    pub(crate) others: Vec<String>,
    pub(crate) replies: Vec<String>,
    pub(crate) questions: Vec<String>,
}

/// A thread and its session.
pub(crate) struct Chat {
    pub(crate) thread: String,
    pub(crate) session: String,
}

impl Cast {
    /// Brings everybody to where they are when the outage begins.
    pub(crate) async fn gather(stage: &mut Stage<'_>) -> Result<Self, String> {
        stage.narrator.step("Ann chats with a rep, Ben with the AI, Dora with a rep on WhatsApp.");
        let property = Property::text(ObjectKind::Ticket, "order_number");
        stage.portal.define_property(ObjectKind::Ticket, property).map_err(told)?;
        let question = "Do you ship to Chile?".to_owned();
        let ann = chat(stage, "ann", "I want to talk to a human.").await?;
        let ben = chat(stage, "ben", &question).await?;
        let dora = whatsapp(stage, "dora")?;
        let dora_ticket = ticket_of(stage, &dora).await?;
        let ann_ticket = ticket_of(stage, &ann.session).await?;
        stage
            .seen("the AI's answer to Ben", || {
                (!by_ai(stage, &ben.thread).is_empty()).then_some(())
            })
            .await?;
        stage.rested().await?;
        let (others, replies, questions) = (Vec::new(), Vec::new(), vec![question]);
        Ok(Self { ann, ann_ticket, ben, dora, dora_ticket, others, replies, questions })
    }

    /// One round of what people and the AI do.
    pub(crate) fn goes_on(&mut self, stage: &Stage<'_>, round: u32) -> Result<(), String> {
        let (portal, opencx) = (stage.portal, stage.opencx);
        let thread = &self.ann.thread;
        let reply = format!("Reply {round} of the rep.");
        let private = format!("PRIVATE: note {round}");
        portal.rep_replies(thread, DEFAULT_REP, &reply, None).map_err(told)?;
        portal.rep_comments(thread, DEFAULT_REP, &private).map_err(told)?;
        self.replies.push(reply);
        let number = round.to_string();
        portal
            .set_property(&self.ann_ticket, "order_number", &number, DEFAULT_REP)
            .map_err(told)?;
        // An answer that the AI gave a moment ago, and Ben's next question.
        opencx.emit(json!({
            "event": "conversation.ai_response", "event_id": format!("answer-{round}"),
            "organization_id": ORG,
            "data": { "conversation_id": self.ben.session, "message": format!("Answer **{round}**.") },
        }));
        let question = format!("And how long does it take? ({round})");
        writes(stage, "ben", Some(&self.ben.thread), &question)?;
        self.questions.push(question);
        self.others.push(whatsapp(stage, &format!("other-{round}"))?);
        if round == 1 {
            opencx.resolve(&self.dora, true).map_err(told)?;
        }
        Ok(())
    }
}

fn writes(
    stage: &Stage<'_>,
    who: &str,
    thread: Option<&str>,
    text: &str,
) -> Result<String, String> {
    let message = CustomerMessage {
        thread: thread.map(str::to_owned),
        channel: Channel::LiveChat,
        name: Some(who.to_owned()),
        email: Some(format!("{who}@example.org")),
        text: text.to_owned(),
        ..CustomerMessage::default()
    };
    Ok(stage.portal.customer_writes(message).map_err(told)?.thread)
}

async fn chat(stage: &Stage<'_>, who: &str, text: &str) -> Result<Chat, String> {
    let thread = writes(stage, who, None, text)?;
    let heard =
        |session: &SessionView| session.history.first().is_some_and(|entry| entry.text == text);
    let session = stage
        .seen("the session of a chat", || stage.opencx.sessions().into_iter().find(heard))
        .await?;
    Ok(Chat { thread, session: session.id })
}

fn whatsapp(stage: &Stage<'_>, who: &str) -> Result<String, String> {
    let contact = Contact {
        name: Some(who.to_owned()),
        email: Some(format!("{who}@example.org")),
        ..Contact::default()
    };
    let customer = ContactMessage {
        channel: opencx_sim::Channel::Whatsapp,
        contact,
        text: "A human, please.".to_owned(),
        ..ContactMessage::default()
    };
    stage.opencx.customer_writes(customer).map_err(told)
}

async fn ticket_of(stage: &Stage<'_>, session: &str) -> Result<String, String> {
    let look = || {
        let mut all = stage.portal.tickets().into_iter();
        all.find(|ticket| ticket.get("opencx_session_id") == session)
    };
    Ok(stage.seen("the ticket of a handoff", look).await?.id)
}

/// What the AI's user said in a thread.
pub(crate) fn by_ai(stage: &Stage<'_>, thread: &str) -> Vec<String> {
    let user = format!("A-{AI_USER}");
    let by_ai = |message: &Message| {
        message.direction() == Some(Direction::Outgoing) && message.sender() == Some(&user)
    };
    let all = stage.portal.messages(thread).into_iter().filter(by_ai);
    all.map(|message| message.text().to_owned()).collect()
}

fn told<E: std::error::Error>(problem: E) -> String {
    problem.to_string()
}
