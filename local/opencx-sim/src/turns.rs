//! The turns that a conversation takes, whoever causes them: it begins, it goes to a human, it ends.

use crate::contact::Contact;
use crate::events;
use crate::history::Happening;
use crate::server::OpenCx;
use crate::session::{Handoff, Status};
use crate::state::State;
use crate::wording;
use serde_json::Value;

impl OpenCx {
    /// Sends an event about the session, behind its earlier ones.
    pub(crate) fn announce(&self, state: &mut State, session: &str, name: &str, data: &Value) {
        let body = events::envelope(&self.inner.options, name, data);
        state.outbox.post(self, session, body);
    }

    /// The customer's first message is there.
    pub(crate) fn begin(&self, state: &mut State, id: &str, text: &str) {
        let Ok((session, contact)) = state.with_contact(id) else { return };
        let data = events::started(session, contact, text);
        self.announce(state, id, "conversation.started", &data);
    }

    /// A human takes over.
    pub(crate) fn hand_over(
        &self,
        state: &mut State,
        id: &str,
        reason: &str,
        sentiment: &'static str,
    ) {
        let Ok((session, contact)) = state.with_contact(id) else { return };
        let handoff = Handoff { sentiment, summary: wording::summary(who(contact), session) };
        session.handed_off = true;
        session.handoff = Some(handoff.clone());
        session.record(Happening::Handoff);
        let data = events::handoff(session, contact, reason, &handoff);
        self.announce(state, id, "conversation.handoff_to_human", &data);
    }

    /// The conversation ends with `status`, summed up if a mood is given; `Open` does not end it.
    pub(crate) fn close(&self, state: &mut State, id: &str, status: Status, mood: Option<&str>) {
        let Ok((session, contact)) = state.with_contact(id) else { return };
        session.status = status;
        let summary = mood.map(|_| wording::summary(who(contact), session));
        let resolved = status == Status::ClosedResolved;
        let data = events::closed(session, resolved, summary.as_deref(), mood);
        self.announce(state, id, "conversation.closed", &data);
    }
}

fn who(contact: &Contact) -> &str {
    let known = [&contact.name, &contact.email, &contact.phone_number];
    known.into_iter().flatten().next().map_or("The customer", String::as_str)
}
