//! What the people around the portal do: customers write, reps answer, comment, assign and edit.

mod content;
mod customer;
mod outgoing;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::crm::ObjectKind;
use crate::desk::{Client, ClientType, Message, MessageKind, ThreadStatus, paragraph};
use crate::origin::Origin;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::state::State;

use content::{author, body};
use customer::customer_writes;
use outgoing::outgoing;

pub use customer::{Attachment, CustomerMessage};

/// Where a message ended up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageRef {
    /// Thread id.
    pub thread: String,
    /// Message id.
    pub message: String,
}

impl From<Message> for MessageRef {
    fn from(message: Message) -> Self {
        Self { thread: message.thread, message: message.id }
    }
}

impl Portal {
    /// A customer writes. Without a thread a new one opens, and an address that no contact has
    /// makes a contact, as HubSpot does. A closed thread opens again. Refused for a thread that
    /// is not there.
    pub fn customer_writes(&self, message: CustomerMessage) -> Result<MessageRef, Refused> {
        self.with(|state| customer_writes(state, message))
    }

    /// A rep answers in public. `html` is the rich text, if it differs from the text.
    pub fn rep_replies(
        &self,
        thread: &str,
        user_id: u64,
        text: &str,
        html: Option<&str>,
    ) -> Result<MessageRef, Refused> {
        self.with(|state| {
            check_user(state, user_id)?;
            let actor = Origin::User(user_id).actor();
            outgoing(state, thread, &actor, None, body(text, html))
        })
    }

    /// A rep writes an internal comment.
    pub fn rep_comments(
        &self,
        thread: &str,
        user_id: u64,
        text: &str,
    ) -> Result<MessageRef, Refused> {
        self.with(|state| {
            check_user(state, user_id)?;
            state.desk.thread(thread)?;
            let author = author(state, &format!("A-{user_id}"), Client::of(ClientType::Hubspot));
            let content = body(text, Some(&paragraph(text)));
            Ok(state.write(thread, MessageKind::Comment, author, content)?.into())
        })
    }

    /// A bot, another app or HubSpot itself writes to the customer: `actor` is `B-…`, `I-…`,
    /// `L-…`, `S-hubspot`.
    pub fn automation_writes(
        &self,
        thread: &str,
        actor: &str,
        text: &str,
    ) -> Result<MessageRef, Refused> {
        let app = actor.strip_prefix("I-").and_then(|id| id.parse().ok());
        self.with(|state| outgoing(state, thread, actor, app, body(text, None)))
    }

    /// The greeting of a chat.
    pub fn welcomes(&self, thread: &str, text: &str) -> Result<MessageRef, Refused> {
        self.with(|state| {
            let author = author(state, "S-hubspot", Client::of(ClientType::System));
            let content = body(text, None);
            Ok(state.write(thread, MessageKind::WelcomeMessage, author, content)?.into())
        })
    }

    /// A user leaves the portal: an owner of old records, and of no new ones.
    pub fn user_leaves(&self, user_id: u64) -> Result<(), Refused> {
        self.with(|state| {
            check_user(state, user_id)?;
            let mut users = state.options.users.iter_mut();
            if let Some(user) = users.find(|user| user.user_id == user_id) {
                user.archived = true;
                state.crm.forget_owner(user.owner_id);
            }
            Ok(())
        })
    }

    /// A rep gives a thread to a user, or to nobody.
    pub fn assign(&self, thread: &str, user_id: Option<u64>) -> Result<(), Refused> {
        self.with(|state| {
            user_id.map_or(Ok(()), |id| check_user(state, id))?;
            let origin = user_id.map_or(Origin::Hubspot, Origin::User);
            Ok(state.assign(thread, user_id, origin)?)
        })
    }

    /// A rep opens or closes a thread.
    pub fn set_thread_status(&self, thread: &str, status: ThreadStatus) -> Result<(), Refused> {
        Ok(self.with(|state| state.set_status(thread, status, Origin::Hubspot))?)
    }

    /// A rep marks a thread as spam.
    pub fn mark_spam(&self, thread: &str) -> Result<(), Refused> {
        self.with(|state| {
            state.desk.thread_mut(thread)?.spam = true;
            Ok(())
        })
    }

    /// A rep edits a property of a ticket; an empty value clears it.
    pub fn set_property(
        &self,
        ticket: &str,
        name: &str,
        value: &str,
        user_id: u64,
    ) -> Result<(), Refused> {
        self.set_properties(ticket, &[(name, value)], user_id)
    }

    /// A rep edits several properties of a ticket at once, such as pipeline and stage.
    pub fn set_properties(
        &self,
        ticket: &str,
        properties: &[(&str, &str)],
        user_id: u64,
    ) -> Result<(), Refused> {
        self.with(|state| {
            check_user(state, user_id)?;
            let id = state.crm.find(ObjectKind::Ticket, ticket, None)?.id;
            let owned = properties.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let change: BTreeMap<String, String> = owned.collect();
            Ok(state.update(ObjectKind::Ticket, id, &change, Origin::User(user_id))?)
        })
    }
}

fn check_user(state: &State, id: u64) -> Result<(), Refused> {
    state.user(id).map(|_| ()).ok_or_else(|| Refused::no_user(id))
}
