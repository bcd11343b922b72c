//! The people around OpenCX: customers on its own channels, and the agents in its inbox.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::channel::Channel;
use crate::contact::Contact;
use crate::files::NewFile;
use crate::history::{HistoryMessage, ItemKind, Sender};
use crate::lifecycle::record_incoming;
use crate::options::CustomDataPatch;
use crate::session::{CustomData, Origin, Session, Status, TicketingSystem};
use crate::sim::OpenCxSim;
use crate::state::State;
use crate::text_analysis;

/// A customer's message on one of OpenCX's own channels.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactMessage {
    /// The session to go on with; `None` opens a new one.
    pub session: Option<String>,
    /// The organisation of a new session, if it is not the first.
    pub organization_id: Option<String>,
    /// The channel of a new session.
    pub channel: Channel,
    /// The author in a new session; a known contact is recognised by id, email or number.
    pub contact: Contact,
    /// The value of the contact's `verified` in the events of a new session, if it is sent at all.
    pub verified: Option<bool>,
    pub text: String,
    pub attachments: Vec<NewFile>,
    /// Merged into the session's custom data.
    pub custom_data: CustomData,
}

/// A message of an agent in OpenCX's own inbox.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentMessage {
    pub name: Option<String>,
    pub text: String,
    pub attachments: Vec<NewFile>,
}

/// There is no session with this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSession(pub String);

impl fmt::Display for UnknownSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no session has the id {:?}: let a customer write first", self.0)
    }
}

impl std::error::Error for UnknownSession {}

impl OpenCxSim {
    /// Takes a customer's message and returns the session's id. A new session is announced with
    /// `conversation.started`; then the AI answers, unless a human has the session.
    pub fn customer_writes(&self, message: ContactMessage) -> Result<String, UnknownSession> {
        let state = &mut *self.state();
        let ContactMessage { text, custom_data, .. } = message.clone();
        let attachments = self.keep(state, message.attachments.clone());
        let is_new = message.session.is_none();
        let id = message.session.clone().unwrap_or_else(|| self.open_session(state, message));
        let Some((session, contact)) = state.with_contact(&id) else {
            return Err(UnknownSession(id));
        };
        session.custom_data.extend(custom_data);
        let incoming = HistoryMessage::new(Sender::Contact, contact.name.clone(), &text);
        let message_id = record_incoming(session, HistoryMessage { attachments, ..incoming });
        if is_new {
            self.begin(state, &id, &text);
        }
        self.announce_message(state, &id, &message_id);
        self.ask_ai(state, &id, &text);
        Ok(id)
    }

    fn open_session(&self, state: &mut State, message: ContactMessage) -> String {
        let organization = message.organization_id;
        let organization =
            organization.unwrap_or_else(|| self.inner.options.organization_id.clone());
        let contact = state.contacts.find_or_create(message.contact);
        let mut session = Session::open(organization, message.channel, Origin::Channel, contact);
        session.verified = message.verified;
        let id = session.id.clone();
        state.sessions.push(session);
        id
    }

    /// Lets an agent write in OpenCX's own inbox.
    pub fn agent_writes(&self, session: &str, message: AgentMessage) -> Result<(), UnknownSession> {
        let state = &mut *self.state();
        let attachments = self.keep(state, message.attachments);
        let Some((found, contact)) = state.with_contact(session) else {
            return Err(UnknownSession(session.to_owned()));
        };
        found.handed_off = true;
        let said = HistoryMessage::new(Sender::HumanAgent, message.name, message.text);
        let id = found.record_outgoing(contact, HistoryMessage { attachments, ..said });
        self.announce_message(state, session, &id);
        Ok(())
    }

    /// Announces messages of customers and agents from now on, or no longer.
    pub fn set_message_events(&self, announced: bool) {
        self.state().message_events = announced;
    }

    /// Lets an agent take the conversation over, for a reason in their own words.
    pub fn human_handoff(&self, session: &str, reason: &str) -> Result<(), UnknownSession> {
        let state = &mut *self.state();
        find(state, session)?;
        self.hand_over(state, session, reason);
        find(state, session)?.record(ItemKind::HumanAgentJoined);
        Ok(())
    }

    /// Lets an agent close the conversation, which is announced.
    pub fn resolve(&self, session: &str, resolved: bool) -> Result<(), UnknownSession> {
        let state = &mut *self.state();
        let sentiment = text_analysis::session_sentiment(find(state, session)?);
        let status = if resolved { Status::ClosedResolved } else { Status::ClosedUnresolved };
        self.close(state, session, status, Some(sentiment));
        Ok(())
    }

    /// Lets an agent open the conversation again; its owner stays.
    pub fn reopen(&self, session: &str) -> Result<(), UnknownSession> {
        find(&mut self.state(), session)?.status = Status::Open;
        Ok(())
    }

    /// Links the conversation to a ticket or a thread of another system.
    pub fn link_ticketing_system(
        &self,
        session: &str,
        link: TicketingSystem,
    ) -> Result<(), UnknownSession> {
        find(&mut self.state(), session)?.ticketing_system = Some(link);
        Ok(())
    }

    /// Makes the API answer everything about a session with this status (404, 409 or 410), as for
    /// one that OpenCX no longer has.
    pub fn set_gone(&self, session: &str, status: u16) -> Result<(), UnknownSession> {
        find(&mut self.state(), session)?.gone = Some(status);
        Ok(())
    }

    /// Sets the result of changing a session's custom data.
    pub fn set_custom_data_patch(&self, result: CustomDataPatch) {
        self.state().custom_data_patch = result;
    }

    /// Sends any JSON as an event, unchanged: behind the earlier events of the session that its
    /// `data.conversation_id` names, if it names one.
    pub fn emit(&self, event: Value) {
        let session = event["data"]["conversation_id"].as_str().unwrap_or_default().to_owned();
        self.post_event(&mut self.state(), &session, event);
    }
}

fn find<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Session, UnknownSession> {
    let session = state.sessions.iter_mut().find(|session| session.id == id);
    session.ok_or_else(|| UnknownSession(id.to_owned()))
}
