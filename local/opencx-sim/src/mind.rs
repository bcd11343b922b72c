//! The AI at work: one message after the other within a session, each after a pause for thought.

use crate::ai::{self, Step};
use crate::events;
use crate::history::{Entry, Happening, Sender};
use crate::server::OpenCx;
use crate::session::{Origin, Session, Status};
use crate::state::State;
use crate::wording;
use std::collections::HashMap;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, sleep_until};

/// The name under which the AI writes.
const NAME: &str = "AI assistant";

/// The reason of a handoff that the AI decided on.
const AI_DECIDED: &str = "ai_decided_to_handoff_the_conversation";

#[derive(Debug)]
struct Thought {
    due: Instant,
    text: String,
}

/// The messages that the AI still thinks about, per session.
#[derive(Debug, Default)]
pub(crate) struct Thoughts(HashMap<String, UnboundedSender<Thought>>);

impl Thoughts {
    /// Has the AI think about a customer's message.
    pub(crate) fn ponder(&mut self, sim: &OpenCx, session: &str, text: &str) {
        let lane = self.0.entry(session.to_owned()).or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            sim.spawn(think(sim.clone(), session.to_owned(), receiver));
            sender
        });
        let due = Instant::now() + sim.inner.options.ai_delay;
        // Nobody thinks once the server has stopped.
        lane.send(Thought { due, text: text.to_owned() }).ok();
    }
}

async fn think(sim: OpenCx, session: String, mut lane: UnboundedReceiver<Thought>) {
    while let Some(thought) = lane.recv().await {
        sleep_until(thought.due).await;
        act(&sim, &mut sim.state(), &session, &thought.text);
    }
}

fn act(sim: &OpenCx, state: &mut State, id: &str, text: &str) {
    if state.session(id).is_none_or(is_not_for_the_ai) {
        return;
    }
    match ai::decide(text) {
        Step::HandOff => sim.hand_over(state, id, AI_DECIDED, wording::sentiment(text)),
        Step::Resolve => resolve(sim, state, id),
        Step::Answer(answer) => say(sim, state, id, answer),
    }
}

/// For a session of the API, whoever brings the messages decides who answers them.
fn is_not_for_the_ai(session: &Session) -> bool {
    session.status != Status::Open || (session.origin == Origin::Channel && session.handed_off)
}

fn resolve(sim: &OpenCx, state: &mut State, id: &str) {
    if let Ok((session, _)) = state.with_contact(id) {
        session.record(Happening::AiResolvedIssue);
    }
    sim.close(state, id, Status::ClosedResolved, Some("happy"));
}

fn say(sim: &OpenCx, state: &mut State, id: &str, answer: &str) {
    let Ok((session, contact)) = state.with_contact(id) else { return };
    let entry = Entry::new(Sender::Ai, Some(NAME.to_owned()), answer.to_owned());
    let message = session.say(contact, entry);
    let data = events::ai_response(session, &message, answer);
    sim.announce(state, id, "conversation.ai_response", &data);
}
