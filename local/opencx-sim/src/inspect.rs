//! Snapshots of a simulated OpenCX.

use serde::Serialize;

use crate::channel::Channel;
use crate::contact::Contact;
use crate::history::HistoryMessage;
use crate::outbox::EmittedEvent;
use crate::session::{CustomData, Delivered, Origin, Session, Status, TicketingSystem};
use crate::sim::OpenCxSim;
use crate::state::State;

/// A snapshot of a session.
#[derive(Clone, Debug, Serialize)]
pub struct SessionView {
    pub id: String,
    pub status: Status,
    pub channel: Channel,
    pub origin: Origin,
    pub contact: Contact,
    pub custom_data: CustomData,
    /// Set while a human owns it.
    pub handed_off: bool,
    pub ticketing_system: Option<TicketingSystem>,
    /// ISO 8601, UTC, milliseconds.
    pub created_at: String,
    /// The messages, oldest first.
    pub history: Vec<HistoryMessage>,
    /// Messages that went to the customer on OpenCX's own channel: none for a session opened
    /// through the API, whose opener delivers.
    pub delivered: Vec<Delivered>,
}

impl OpenCxSim {
    /// Returns every session, oldest first.
    pub fn sessions(&self) -> Vec<SessionView> {
        let state = self.state();
        state.sessions.iter().map(|session| view(&state, session)).collect()
    }

    pub fn session(&self, id: &str) -> Option<SessionView> {
        let state = self.state();
        state.session(id).map(|session| view(&state, session))
    }

    /// Returns every contact, oldest first.
    pub fn contacts(&self) -> Vec<Contact> {
        self.state().contacts.all().to_vec()
    }

    /// Returns every event, oldest first, with the state of its delivery.
    pub fn events(&self) -> Vec<EmittedEvent> {
        self.state().outbox.events.clone()
    }
}

fn view(state: &State, session: &Session) -> SessionView {
    SessionView {
        id: session.id.clone(),
        status: session.status,
        channel: session.channel.clone(),
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
