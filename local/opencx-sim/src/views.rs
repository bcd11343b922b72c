//! Looking at what happened, without changing it.

use crate::calls::Call;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::delivery::EmittedEvent;
use crate::history::Entry;
use crate::server::OpenCx;
use crate::session::{CustomData, Delivered, Origin, Session, Status, TicketingSystem};
use crate::state::State;
use serde::Serialize;

/// A session as it is at the moment of looking.
#[derive(Clone, Debug, Serialize)]
pub struct SessionView {
    /// The session's id, a UUID.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// Its channel.
    pub channel: Channel,
    /// Where it was born.
    pub origin: Origin,
    /// The customer.
    pub contact: Contact,
    /// Its custom data.
    pub custom_data: CustomData,
    /// Whether a human owns it.
    pub handed_off: bool,
    /// The ticket of another system that it is linked to.
    pub ticketing_system: Option<TicketingSystem>,
    /// ISO 8601, UTC, milliseconds.
    pub created_at: String,
    /// The messages, oldest first.
    pub history: Vec<Entry>,
    /// What went to the customer on OpenCX's own channel: nothing for a session opened through the
    /// API, whose opener delivers.
    pub delivered: Vec<Delivered>,
}

impl OpenCx {
    /// Every session, oldest first.
    pub fn sessions(&self) -> Vec<SessionView> {
        let state = self.state();
        state.sessions.iter().map(|session| view(&state, session)).collect()
    }

    /// The session with this id.
    pub fn session(&self, id: &str) -> Option<SessionView> {
        let state = self.state();
        state.session(id).map(|session| view(&state, session))
    }

    /// Every contact, oldest first.
    pub fn contacts(&self) -> Vec<Contact> {
        self.state().contacts.all().to_vec()
    }

    /// Every call of the API since the start or the last [`OpenCx::reset_calls`], oldest first;
    /// refused ones too.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.all()
    }

    /// Empties the log of calls; the rate limit remembers them.
    pub fn reset_calls(&self) {
        self.state().calls.reset();
    }

    /// Every event, oldest first, with what became of it.
    pub fn events(&self) -> Vec<EmittedEvent> {
        self.state().outbox.events().to_vec()
    }
}

fn view(state: &State, session: &Session) -> SessionView {
    SessionView {
        id: session.id.clone(),
        status: session.status,
        channel: session.channel,
        origin: session.origin,
        contact: state.contacts.get(&session.contact).cloned().unwrap_or_default(),
        custom_data: session.custom_data.clone(),
        handed_off: session.handed_off,
        ticketing_system: session.ticketing_system.clone(),
        created_at: session.created_at.clone(),
        history: session.messages().cloned().collect(),
        delivered: session.delivered.clone(),
    }
}
