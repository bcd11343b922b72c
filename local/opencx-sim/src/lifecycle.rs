//! The changes in the life of a session that are announced: its beginning, the handoff, its end.

use serde_json::Value;

use crate::events;
use crate::history::{HistoryMessage, ItemKind, Sender};
use crate::session::{HandoffNotes, Session, Status};
use crate::sim::OpenCxSim;
use crate::state::State;
use crate::text_analysis;

impl OpenCxSim {
    /// Sends an event about a session, behind its earlier ones.
    pub(crate) fn announce(&self, state: &mut State, session: &str, name: &str, data: &Value) {
        let Some(known) = state.session(session) else { return };
        let event = events::envelope(&known.organization_id, name, data);
        self.post_event(state, session, event);
    }

    /// Announces the latest message of a session, if messages are announced.
    pub(crate) fn announce_message(&self, state: &mut State, id: &str, message_id: &str) {
        let is_on = state.message_events;
        let Some((session, contact)) = state.with_contact(id).filter(|_| is_on) else { return };
        let Some(message) = session.messages().last() else { return };
        let name = match message.sender {
            Sender::Contact => "conversation.contact_response",
            // It is announced where the AI answers.
            Sender::Ai => return,
            Sender::HumanAgent => "conversation.agent_response",
        };
        let data = events::response(session, contact, message_id, message);
        self.announce(state, id, name, &data);
    }

    /// Announces a session with the customer's first message.
    pub(crate) fn begin(&self, state: &mut State, id: &str, text: &str) {
        let Some((session, contact)) = state.with_contact(id) else { return };
        let data = events::started(session, contact, text);
        self.announce(state, id, "conversation.started", &data);
    }

    /// Hands a session to a human.
    pub(crate) fn hand_over(&self, state: &mut State, id: &str, reason: &str) {
        let Some((session, contact)) = state.with_contact(id) else { return };
        let notes = HandoffNotes {
            sentiment: text_analysis::session_sentiment(session),
            summary: text_analysis::summary(contact, session),
        };
        session.handed_off = true;
        session.handoff = Some(notes.clone());
        session.record(ItemKind::Handoff);
        let data = events::handoff(session, contact, reason, &notes);
        self.announce(state, id, "conversation.handoff_to_human", &data);
    }

    /// Closes a session, with a summary if a sentiment is given.
    pub(crate) fn close(
        &self,
        state: &mut State,
        id: &str,
        status: Status,
        sentiment: Option<&str>,
    ) {
        let Some((session, contact)) = state.with_contact(id) else { return };
        session.status = status;
        let summary = sentiment.map(|_| text_analysis::summary(contact, session));
        // Calls emit no conversation.closed.
        let (name, data) = if session.channel.is_call() {
            ("phone_call.ended", events::call_ended(session))
        } else {
            ("conversation.closed", events::closed(session, summary.as_deref(), sentiment))
        };
        self.announce(state, id, name, &data);
    }
}

/// Records a customer's message. It opens a closed session again, and the AI owns it again.
pub(crate) fn record_incoming(session: &mut Session, message: HistoryMessage) -> String {
    if session.status != Status::Open {
        session.status = Status::Open;
        session.handed_off = false;
    }
    session.language = Some(text_analysis::language(&message.text));
    session.record(ItemKind::Message(message))
}
