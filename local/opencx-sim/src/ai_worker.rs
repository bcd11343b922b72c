//! The AI at work: one message after the other within a session, each after a delay.

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

use crate::ai::{self, Reaction};
use crate::events;
use crate::history::{HistoryMessage, ItemKind, Sender};
use crate::session::{Origin, Session, Status};
use crate::sim::OpenCxSim;
use crate::state::{PendingAnswer, State};

/// The name under which the AI writes.
const NAME: &str = "AI assistant";

/// The reason of a handoff that the AI decided on.
const AI_DECIDED: &str = "ai_decided_to_handoff_the_conversation";

impl OpenCxSim {
    /// Gives a customer's message to the AI.
    pub(crate) fn ask_ai(&self, state: &mut State, session: &str, text: &str) {
        let due = Instant::now() + self.inner.options.ai_delay;
        let pending = PendingAnswer { due, text: text.to_owned() };
        state.ai_queues.push(session, pending, |queue| {
            self.inner.server.spawn(work(self.clone(), session.to_owned(), queue));
        });
    }

    fn react(&self, state: &mut State, id: &str, text: &str) {
        let Some((session, contact)) = state.with_contact(id) else { return };
        if !is_for_the_ai(session) {
            return;
        }
        match ai::decide(text) {
            Reaction::HandOff => self.hand_over(state, id, AI_DECIDED),
            Reaction::Resolve => {
                session.record(ItemKind::AiResolvedIssue);
                self.close(state, id, Status::ClosedResolved, Some("happy"));
            }
            Reaction::Answer(answer) => {
                let message = HistoryMessage::new(Sender::Ai, Some(NAME.to_owned()), answer);
                let message_id = session.record_outgoing(contact, message);
                let data = events::ai_response(session, &message_id, answer);
                self.announce(state, id, "conversation.ai_response", &data);
            }
        }
    }
}

async fn work(sim: OpenCxSim, session: String, mut queue: UnboundedReceiver<PendingAnswer>) {
    while let Some(pending) = queue.recv().await {
        sleep_until(pending.due).await;
        sim.react(&mut sim.state(), &session, &pending.text);
    }
}

/// For a session of the API, the program that brings the messages decides who answers them.
fn is_for_the_ai(session: &Session) -> bool {
    session.status == Status::Open && (session.origin == Origin::Api || !session.handed_off)
}
