//! Messages and edits of the portal's users, and of automation in their names.

use serde::Deserialize;

use super::{Attachment, MessageRef, addressed, field, inbox};
use crate::conversations::{
    Channel, Client, ClientType, Direction, Message, MessageKind, MessageStatus, Party,
    ThreadStatus, paragraph,
};
use crate::crm::{ObjectKind, owned};
use crate::error::ActionError;
use crate::options::User;
use crate::origin::Origin;
use crate::portal::Portal;
use crate::state::State;

/// A message that goes out of a thread: a reply to the customer, or a mail to others.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepMessage {
    pub thread: String,
    /// The user in whose name it is sent.
    pub user_id: u64,
    pub text: String,
    pub html: Option<String>,
    pub subject: Option<String>,
    /// Addresses that it goes to. With none in `to`, `cc` and `bcc` it goes to the customer.
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub attachments: Vec<Attachment>,
    /// Actor that wrote it, instead of the user: automation in the user's name is by `S-hubspot`.
    pub created_by: Option<String>,
    /// Kind of program that wrote it: `SYSTEM` for automation.
    pub client: ClientType,
}

impl Portal {
    /// Lets a user answer the customer in public. `html` is the rich text, if it differs.
    pub fn rep_replies(
        &self,
        thread: &str,
        user_id: u64,
        text: &str,
        html: Option<&str>,
    ) -> Result<MessageRef, ActionError> {
        self.rep_writes(RepMessage {
            thread: thread.to_owned(),
            user_id,
            text: text.to_owned(),
            html: html.map(str::to_owned),
            ..RepMessage::default()
        })
    }

    /// Lets a user, or automation in the user's name, write to the customer or to others.
    pub fn rep_writes(&self, message: RepMessage) -> Result<MessageRef, ActionError> {
        self.with(|state| {
            check_user(state, message.user_id)?;
            outgoing(state, &format!("A-{}", message.user_id), message)
        })
    }

    /// Lets a bot, another app or HubSpot itself write to the customer: `actor` is `B-…`, `I-…`,
    /// `L-…`, `S-hubspot`.
    pub fn automation_writes(
        &self,
        thread: &str,
        actor: &str,
        text: &str,
    ) -> Result<MessageRef, ActionError> {
        let (thread, text) = (thread.to_owned(), text.to_owned());
        self.with(|state| {
            outgoing(state, actor, RepMessage { thread, text, ..RepMessage::default() })
        })
    }

    /// Lets a user write an internal comment.
    pub fn rep_comments(
        &self,
        thread: &str,
        user_id: u64,
        text: &str,
    ) -> Result<MessageRef, ActionError> {
        self.with(|state| {
            check_user(state, user_id)?;
            let actor = format!("A-{user_id}");
            let comment = Message {
                kind: MessageKind::Comment,
                senders: vec![party(state, &actor)],
                created_by: actor,
                text: Some(text.to_owned()),
                rich_text: Some(paragraph(text)),
                attachments: Some(Vec::new()),
                ..Message::default()
            };
            Ok(state.write(thread, comment)?.into())
        })
    }

    /// Removes a user from the portal, who stays an owner of old records.
    pub fn user_leaves(&self, user_id: u64) -> Result<(), ActionError> {
        self.with(|state| {
            check_user(state, user_id)?;
            let mut users = state.options.users.iter_mut();
            if let Some(user) = users.find(|user| user.user_id == user_id) {
                user.archived = true;
                state.crm.remove_owner(user.owner_id);
            }
            Ok(())
        })
    }

    /// Gives a thread to a user, or to nobody.
    pub fn assign(&self, thread: &str, user_id: Option<u64>) -> Result<(), ActionError> {
        self.with(|state| {
            user_id.map_or(Ok(()), |id| check_user(state, id))?;
            let origin = user_id.map_or(Origin::Hubspot, Origin::User);
            Ok(state.assign(thread, user_id, origin)?)
        })
    }

    pub fn set_thread_status(&self, thread: &str, status: ThreadStatus) -> Result<(), ActionError> {
        Ok(self.with(|state| state.set_status(thread, status, Origin::Hubspot))?)
    }

    /// Lets a user edit a property of a ticket; an empty value clears it.
    pub fn set_property(
        &self,
        ticket: &str,
        name: &str,
        value: &str,
        user_id: u64,
    ) -> Result<(), ActionError> {
        self.set_properties(ticket, &[(name, value)], user_id)
    }

    /// Lets a user edit several properties of a ticket at once, such as pipeline and stage.
    pub fn set_properties(
        &self,
        ticket: &str,
        properties: &[(&str, &str)],
        user_id: u64,
    ) -> Result<(), ActionError> {
        self.with(|state| {
            check_user(state, user_id)?;
            let id = state.crm.find(ObjectKind::Ticket, ticket, None)?.id;
            let change = owned(properties);
            Ok(state.update(ObjectKind::Ticket, id, &change, Origin::User(user_id))?)
        })
    }
}

fn check_user(state: &State, id: u64) -> Result<(), ActionError> {
    state.user(id).map(|_| ()).ok_or_else(|| ActionError::no_user(id))
}

fn party(state: &State, actor: &str) -> Party {
    Party { name: state.actor_user(actor).map(User::name), ..Party::actor(actor) }
}

fn outgoing(
    state: &mut State,
    actor: &str,
    message: RepMessage,
) -> Result<MessageRef, ActionError> {
    let held = state.conversations.thread(&message.thread)?;
    let (channel, customer) = (held.channel, held.customer.clone());
    let accounts = &state.conversations.accounts;
    let (channel_id, account_id) = match channel {
        Channel::Custom => {
            (held.original_channel_id.clone(), held.original_channel_account_id.clone())
        }
        _ => (channel.id().to_owned(), accounts.id(channel)),
    };
    let subject = message.subject.or_else(|| held.subject.clone());
    let app = actor.strip_prefix("I-").and_then(|id| id.parse().ok());
    let sender = Party {
        sender_field: field(channel, "FROM"),
        delivery_identifier: inbox(state, channel).delivery_identifier,
        ..party(state, actor)
    };
    let others = addressed("TO", &message.to)
        .chain(addressed("CC", &message.cc))
        .chain(addressed("BCC", &message.bcc));
    let mut recipients: Vec<Party> = others.collect();
    if recipients.is_empty() {
        recipients.push(Party { recipient_field: field(channel, "TO"), ..customer });
    }
    let entry = Message {
        created_by: message.created_by.unwrap_or_else(|| actor.to_owned()),
        client: app.map_or(Client::of(message.client), Client::app),
        senders: vec![sender],
        recipients,
        text: Some(message.text),
        rich_text: message.html,
        attachments: Some(Attachment::all_to_json(&message.attachments, &mut state.files)),
        subject: subject.filter(|_| field(channel, "TO").is_some()),
        truncation_status: Some("NOT_TRUNCATED"),
        // Of a custom channel only the app knows: it reports.
        status: (channel != Channel::Custom).then(|| MessageStatus::of("SENT")),
        direction: Some(Direction::Outgoing),
        channel_id: Some(channel_id),
        channel_account_id: Some(account_id),
        ..Message::default()
    };
    Ok(state.write(&message.thread, entry)?.into())
}
