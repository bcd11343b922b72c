//! What each of the cast must find after an outage.

use std::collections::BTreeSet;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_domain::text::markdown_to_text::markdown_to_text;
use opencx_sim::{Sender, SessionView};
use serde_json::Value;

use super::cast::{Cast, by_ai};
use super::email::{HANDOFF_MARKER, no_private_word};
use super::stage::{Stage, expect};

impl Cast {
    /// Everything arrived, once and in order, and nothing is parked.
    pub(crate) async fn check(&self, stage: &mut Stage<'_>) -> Result<(), String> {
        let outcomes = stage.outcomes().await?;
        let parked: Vec<_> =
            outcomes.iter().filter(|record| record.outcome == Outcome::Parked).map(why).collect();
        expect(parked.is_empty(), &format!("nothing is parked, unlike {parked:?}"))?;
        let all_200 = stage.portal.deliveries().iter().all(|one| one.status == Some(200));
        expect(all_200, "the webhook answered 200 to each of HubSpot's deliveries")?;
        self.check_chats(stage)?;
        self.check_tickets(stage)?;
        no_private_word(stage)?;
        let text = format!("{} events have their outcome, none is parked", outcomes.len());
        stage.narrator.seen("bridge", &text);
        Ok(())
    }

    fn check_chats(&self, stage: &Stage<'_>) -> Result<(), String> {
        let ann = stage.session(&self.ann.session)?;
        expect(
            said(&ann, Sender::HumanAgent) == self.replies,
            "each reply of the rep once, in order",
        )?;
        let number = ann.custom_data.get("order_id").and_then(Value::as_str);
        expect(number == Some("3"), "the order number as it was set last")?;
        let ben = stage.session(&self.ben.session)?;
        expect(
            said(&ben, Sender::Contact) == self.questions,
            "each question of Ben once, in order",
        )?;
        let answers = self.answers(stage);
        expect(answers.len() == 7, "the AI answered four questions, and said three things more")?;
        expect(by_ai(stage, &self.ben.thread) == answers, "each answer of the AI once, in order")?;
        stage
            .narrator
            .seen("HubSpot", &format!("{} answers of the AI, each once, in order", answers.len()));
        let text = format!(
            "{} replies and {} questions, each once, in order",
            self.replies.len(),
            self.questions.len()
        );
        stage.narrator.seen("OpenCX", &text);
        Ok(())
    }

    fn check_tickets(&self, stage: &Stage<'_>) -> Result<(), String> {
        let mut sessions: BTreeSet<&str> = self.others.iter().map(String::as_str).collect();
        sessions.extend([self.ann.session.as_str(), self.dora.as_str()]);
        let tickets = stage.portal.tickets();
        let of: BTreeSet<&str> =
            tickets.iter().map(|ticket| ticket.get("opencx_session_id")).collect();
        expect(tickets.len() == 5 && of == sessions, "five handoffs made five tickets")?;
        expect(stage.portal.contacts().len() == 6, "six customers are six contacts")?;
        let comments = stage.portal.messages(&self.ann.thread).into_iter();
        let comments = comments.filter(|one| one.text().starts_with(HANDOFF_MARKER)).count();
        let notes = stage.portal.notes().into_iter();
        let notes = notes.filter(|one| one.get("hs_note_body").starts_with(HANDOFF_MARKER)).count();
        expect((comments, notes) == (1, 4), "each handoff has one comment")?;
        let dora = stage.portal.ticket(&self.dora_ticket).ok_or("Dora has a ticket")?;
        expect(dora.get("hs_pipeline_stage") == "4", "Dora's ticket is closed")?;
        expect(dora.get("content").matches("--- Resolved").count() == 1, "it says so once")?;
        stage.narrator.seen("HubSpot", "a ticket and a comment for each handoff, Dora's is closed");
        Ok(())
    }

    /// What the AI said to Ben, as a customer reads it, in order.
    fn answers(&self, stage: &Stage<'_>) -> Vec<String> {
        let events = stage.opencx.events().into_iter().map(|event| event.body);
        let to_ben = events.filter(|event| {
            event["event"] == "conversation.ai_response"
                && event["data"]["conversation_id"] == *self.ben.session
        });
        let text =
            |event: Value| markdown_to_text(event["data"]["message"].as_str().unwrap_or_default());
        to_ben.map(text).collect()
    }
}

fn why(record: &OutcomeRecord) -> (String, Option<String>, Option<String>) {
    (record.function.clone(), record.reason.clone(), record.error.clone())
}

fn said(session: &SessionView, who: Sender) -> Vec<String> {
    let by = session.history.iter().filter(|entry| entry.sender == who);
    by.map(|entry| entry.text.clone()).collect()
}
