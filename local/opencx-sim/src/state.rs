//! Everything that one simulated OpenCX knows, behind one lock.

use crate::calls::{Call, CallLog, Moment, RateWindow};
use crate::contact::{Contact, ContactBook};
use crate::delivery::Outbox;
use crate::faults::Faults;
use crate::mind::Thoughts;
use crate::refusal::Refusal;
use crate::session::Session;
use std::sync::Arc;

/// What is told of every call before and after its effect.
pub(crate) type Hook = Arc<dyn Fn(&Call, Moment) + Send + Sync>;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) sessions: Vec<Session>,
    pub(crate) contacts: ContactBook,
    pub(crate) outbox: Outbox,
    pub(crate) thoughts: Thoughts,
    pub(crate) calls: CallLog,
    pub(crate) window: RateWindow,
    pub(crate) faults: Faults,
    pub(crate) down: bool,
    pub(crate) hook: Option<Hook>,
}

impl State {
    /// The session with this id.
    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The session with this id and its contact, for the API.
    pub(crate) fn with_contact(
        &mut self,
        id: &str,
    ) -> Result<(&mut Session, &mut Contact), Refusal> {
        let session = self.sessions.iter_mut().find(|session| session.id == id);
        let session = session.ok_or_else(|| Refusal::not_found("Session", id))?;
        let contact = self.contacts.get_mut(&session.contact);
        let contact = contact.ok_or_else(|| Refusal::not_found("Contact", &session.contact))?;
        Ok((session, contact))
    }
}
