//! The state of a simulated OpenCX, behind one lock.

use std::collections::{HashMap, HashSet};

use axum::http::StatusCode;
use sim_kit::RollingWindow;
use tokio::time::Instant;

use crate::contact::{Contact, ContactBook};
use crate::error::ApiError;
use crate::files::KeptFile;
use crate::options::CustomDataPatch;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::session_queues::SessionQueues;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) sessions: Vec<Session>,
    pub(crate) contacts: ContactBook,
    pub(crate) outbox: Outbox,
    pub(crate) ai_queues: SessionQueues<PendingAnswer>,
    /// Calls of the last minute by organisation.
    pub(crate) calls: HashMap<String, RollingWindow>,
    pub(crate) custom_data_patch: CustomDataPatch,
    /// Messages of customers and agents are announced, too.
    pub(crate) message_events: bool,
    pub(crate) files: HashMap<String, KeptFile>,
    /// Further API keys of the first organisation.
    pub(crate) granted_keys: HashSet<String>,
    pub(crate) revoked_keys: HashSet<String>,
}

/// A customer's message that the AI has not answered yet.
#[derive(Debug)]
pub(crate) struct PendingAnswer {
    pub(crate) due: Instant,
    pub(crate) text: String,
}

impl State {
    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// Returns a session and its contact.
    pub(crate) fn with_contact(&mut self, id: &str) -> Option<(&mut Session, &mut Contact)> {
        let session = self.sessions.iter_mut().find(|session| session.id == id)?;
        let contact = self.contacts.get_mut(&session.contact)?;
        Some((session, contact))
    }

    /// Returns a session and its contact to a caller of the API, who sees only those of their own
    /// organisation, and none that are gone.
    pub(crate) fn for_api(
        &mut self,
        organization: &str,
        id: &str,
    ) -> Result<(&mut Session, &mut Contact), ApiError> {
        let found = self.with_contact(id);
        let found = found.filter(|(session, _)| session.organization_id == organization);
        let (session, contact) = found.ok_or_else(|| ApiError::not_found("Session", id))?;
        match session.gone.map(StatusCode::from_u16) {
            None => Ok((session, contact)),
            Some(status) => {
                let status = status.unwrap_or(StatusCode::GONE);
                Err(ApiError::new(status, format!("Session {id} is gone")))
            }
        }
    }
}
