//! The state that each participant must find after an outage.

use std::collections::BTreeSet;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_domain::text::markdown_to_text::markdown_to_text;
use opencx_sim::{Sender, SessionView};
use serde_json::Value;

use crate::context::{Context, expect};
use crate::email::{HANDOFF_MARKER, expect_no_private_text};
use crate::participants::{Participants, ai_answers};

impl Participants {
    /// Checks that everything arrived, once and in order, and that nothing is parked.
    pub(crate) async fn check(&self, story: &mut Context<'_>) -> Result<(), String> {
        let outcomes = story.outcomes().await?;
        let parked: Vec<_> = outcomes
            .iter()
            .filter(|record| record.outcome == Outcome::Parked)
            .map(reason)
            .collect();
        expect(parked.is_empty(), &format!("nothing is parked, but {parked:?} is"))?;
        let all_200 = story.portal.deliveries().iter().all(|one| one.status == Some(200));
        expect(all_200, "the webhook answered 200 to each of HubSpot's deliveries")?;
        self.check_chats(story)?;
        self.check_tickets(story)?;
        expect_no_private_text(story)?;
        let text = format!("{} events have their outcome, none is parked", outcomes.len());
        story.narrator.result("bridge", &text);
        Ok(())
    }

    fn check_chats(&self, story: &Context<'_>) -> Result<(), String> {
        let ann = story.session(&self.ann.session)?;
        expect(
            texts(&ann, Sender::HumanAgent) == self.replies,
            "each reply of the rep once, in order",
        )?;
        let number = ann.custom_data.get("order_id").and_then(Value::as_str);
        expect(number == Some("3"), "the order number as it was set last")?;
        let ben = story.session(&self.ben.session)?;
        expect(
            texts(&ben, Sender::Contact) == self.questions,
            "each question of Ben once, in order",
        )?;
        let answers = self.answers(story);
        expect(answers.len() == 7, "the AI answered four questions, and gave three more answers")?;
        expect(
            ai_answers(story, &self.ben.thread) == answers,
            "each answer of the AI once, in order",
        )?;
        story.narrator.result(
            "HubSpot",
            &format!("{} answers of the AI, each once, in order", answers.len()),
        );
        let text = format!(
            "{} replies and {} questions, each once, in order",
            self.replies.len(),
            self.questions.len()
        );
        story.narrator.result("OpenCX", &text);
        Ok(())
    }

    fn check_tickets(&self, story: &Context<'_>) -> Result<(), String> {
        let mut sessions: BTreeSet<&str> = self.others.iter().map(String::as_str).collect();
        sessions.extend([self.ann.session.as_str(), self.dora.as_str()]);
        let tickets = story.portal.tickets();
        let of: BTreeSet<&str> =
            tickets.iter().map(|ticket| ticket.get("opencx_session_id")).collect();
        expect(tickets.len() == 5 && of == sessions, "five handoffs made five tickets")?;
        expect(story.portal.contacts().len() == 6, "six customers are six contacts")?;
        let comments = story.portal.messages(&self.ann.thread).into_iter();
        let comments = comments.filter(|one| one.text().starts_with(HANDOFF_MARKER)).count();
        let notes = story.portal.notes().into_iter();
        let notes = notes.filter(|one| one.get("hs_note_body").starts_with(HANDOFF_MARKER)).count();
        expect((comments, notes) == (1, 4), "each handoff has one comment")?;
        let dora = story.portal.ticket(&self.dora_ticket).ok_or("Dora has a ticket")?;
        expect(dora.get("hs_pipeline_stage") == "4", "Dora's ticket is closed")?;
        expect(
            dora.get("content").matches("--- Resolved").count() == 1,
            "its content says so once",
        )?;
        story
            .narrator
            .result("HubSpot", "a ticket and a comment for each handoff, Dora's is closed");
        Ok(())
    }

    /// Returns the AI's answers to Ben, as a customer reads them, in order.
    fn answers(&self, story: &Context<'_>) -> Vec<String> {
        let events = story.opencx.events().into_iter().map(|event| event.body);
        let to_ben = events.filter(|event| {
            event["event"] == "conversation.ai_response"
                && event["data"]["conversation_id"] == *self.ben.session
        });
        let text =
            |event: Value| markdown_to_text(event["data"]["message"].as_str().unwrap_or_default());
        to_ben.map(text).collect()
    }
}

fn reason(record: &OutcomeRecord) -> (String, Option<String>, Option<String>) {
    (record.function.clone(), record.reason.clone(), record.error.clone())
}

fn texts(session: &SessionView, sender: Sender) -> Vec<String> {
    let by_sender = session.history.iter().filter(|entry| entry.sender == sender);
    by_sender.map(|entry| entry.text.clone()).collect()
}
