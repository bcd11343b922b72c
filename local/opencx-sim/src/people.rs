//! The people around OpenCX: customers on its own channels, and the colleagues in its inbox.

use crate::channel::Channel;
use crate::contact::Contact;
use crate::history::{Entry, Happening, Sender};
use crate::server::OpenCx;
use crate::session::{CustomData, Origin, Session, Status, TicketingSystem};
use crate::state::State;
use crate::wording;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// A customer's message on one of OpenCX's own channels.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Customer {
    /// The session to go on with; `None` opens a new one.
    pub session: Option<String>,
    /// The channel of a new session.
    pub channel: Channel,
    /// Who writes in a new session; a known contact is recognised by id, email or number.
    pub contact: Contact,
    /// What.
    pub text: String,
    /// Merged into the session's custom data.
    pub custom_data: CustomData,
}

/// There is no session with this id; [`OpenCx::sessions`] lists those there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSession(pub String);

impl fmt::Display for UnknownSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no session has the id {:?}: let a customer write first", self.0)
    }
}

impl std::error::Error for UnknownSession {}

impl OpenCx {
    /// A customer writes; the answer is the session's id. A new session is announced with
    /// `conversation.started`; then the AI acts, unless a human has the session.
    pub fn customer_writes(&self, customer: Customer) -> Result<String, UnknownSession> {
        let Customer { session, channel, contact, text, custom_data } = customer;
        let state = &mut *self.state();
        let is_new = session.is_none();
        let id = session.unwrap_or_else(|| open(state, channel, contact));
        let (session, contact) = state.with_contact(&id).map_err(|_| UnknownSession(id.clone()))?;
        session.custom_data.extend(custom_data);
        session.hear(Entry::new(Sender::Contact, contact.name.clone(), text.clone()));
        if is_new {
            self.begin(state, &id, &text);
        }
        state.thoughts.ponder(self, &id, &text);
        Ok(id)
    }

    /// A colleague takes the conversation over, for a reason in their own words.
    pub fn human_handoff(&self, session: &str, reason: &str) -> Result<(), UnknownSession> {
        let state = &mut *self.state();
        let mood = mood(find(state, session)?);
        self.hand_over(state, session, reason, mood);
        find(state, session)?.record(Happening::HumanAgentJoined);
        Ok(())
    }

    /// A colleague closes the conversation, which is announced with `conversation.closed`.
    pub fn resolve(&self, session: &str, resolved: bool) -> Result<(), UnknownSession> {
        let state = &mut *self.state();
        let mood = mood(find(state, session)?);
        let status = if resolved { Status::ClosedResolved } else { Status::ClosedUnresolved };
        self.close(state, session, status, Some(mood));
        Ok(())
    }

    /// A colleague opens the conversation again; who owns it stays as it was.
    pub fn reopen(&self, session: &str) -> Result<(), UnknownSession> {
        find(&mut self.state(), session)?.status = Status::Open;
        Ok(())
    }

    /// A colleague remarks something in private; it stands in the history and goes nowhere.
    pub fn agent_comments(
        &self,
        session: &str,
        name: &str,
        text: &str,
    ) -> Result<(), UnknownSession> {
        let comment = Happening::HumanAgentComment { name: name.to_owned(), text: text.to_owned() };
        find(&mut self.state(), session)?.record(comment);
        Ok(())
    }

    /// The conversation is linked to a ticket or a thread of another system.
    pub fn link_ticketing_system(
        &self,
        session: &str,
        link: TicketingSystem,
    ) -> Result<(), UnknownSession> {
        find(&mut self.state(), session)?.ticketing_system = Some(link);
        Ok(())
    }

    /// Sends any JSON as an event, as it is: behind the earlier events of the session that its
    /// `data.conversation_id` names, if it names one.
    pub fn emit(&self, event: Value) {
        let session = event["data"]["conversation_id"].as_str().unwrap_or_default().to_owned();
        self.state().outbox.post(self, &session, event);
    }
}

fn open(state: &mut State, channel: Channel, contact: Contact) -> String {
    let contact = state.contacts.recognise(contact);
    let session = Session::open(channel, Origin::Channel, contact);
    let id = session.id.clone();
    state.sessions.push(session);
    id
}

fn find<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Session, UnknownSession> {
    let session = state.sessions.iter_mut().find(|session| session.id == id);
    session.ok_or_else(|| UnknownSession(id.to_owned()))
}

/// How the customer's last message sounds.
fn mood(session: &Session) -> &'static str {
    session.heard().last().map_or("neutral", wording::sentiment)
}
