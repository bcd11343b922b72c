//! Messages and comments that an app posts: what HubSpot requires of them, and what it makes of
//! them.

use serde::Deserialize;
use serde_json::Value;

use super::recipients::{RecipientInput, recipients};
use crate::desk::{
    Author, Channel, Content, Direction, Message, MessageKind, MessageStatus, Party, Thread,
    sanitised,
};
use crate::error::ApiError;
use crate::gate::Caller;
use crate::origin::Origin;
use crate::state::State;

/// The body of a post; the specification tells which fields each type requires.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum PostInput {
    Message(MessageInput),
    Comment(CommentInput),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageInput {
    text: String,
    rich_text: Option<String>,
    attachments: Vec<Value>,
    recipients: Vec<RecipientInput>,
    sender_actor_id: String,
    channel_id: String,
    channel_account_id: String,
    subject: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommentInput {
    text: String,
    rich_text: Option<String>,
    attachments: Vec<Value>,
}

pub(super) fn post_message(
    state: &mut State,
    caller: &Caller,
    thread: &str,
    input: MessageInput,
) -> Result<Message, ApiError> {
    let held = state.desk.thread(thread)?;
    check_channel(held, &input)?;
    let recipients = recipients(held.channel, input.recipients)?;
    let email = held.channel == Channel::Email;
    let subject = input.subject.or_else(|| held.subject.clone()).filter(|_| email);
    let sender = sender(state, input.sender_actor_id)?;
    let author = Author {
        created_by: sender.actor_id.clone().unwrap_or_default(),
        client: Origin::App(caller.app_id).client(),
        senders: vec![sender],
        recipients,
    };
    let content = Content {
        subject,
        truncation_status: Some("NOT_TRUNCATED".to_owned()),
        status: Some(MessageStatus { status_type: "SENT".to_owned() }),
        direction: Some(Direction::Outgoing),
        channel_id: Some(input.channel_id),
        channel_account_id: Some(input.channel_account_id),
        ..body(input.text, input.rich_text, input.attachments)
    };
    state.write(thread, MessageKind::Message, author, content)
}

/// The user in whose name a message goes out; apps cannot send in their own.
fn sender(state: &State, actor: String) -> Result<Party, ApiError> {
    match state.actor_user(&actor) {
        Some(user) => {
            Ok(Party { name: Some(user.name()), actor_id: Some(actor), ..Party::default() })
        }
        None => Err(ApiError::invalid(format!("Sender actor {actor} not found"))),
    }
}

/// Who a comment of an app is by is not documented: here it is the app, not a user.
pub(super) fn post_comment(
    state: &mut State,
    caller: &Caller,
    thread: &str,
    input: CommentInput,
) -> Result<Message, ApiError> {
    state.desk.thread(thread)?;
    let origin = Origin::App(caller.app_id);
    let actor = Some(origin.actor());
    let author = Author {
        created_by: origin.actor(),
        client: origin.client(),
        senders: vec![Party { actor_id: actor, ..Party::default() }],
        recipients: Vec::new(),
    };
    let rich_text = input.rich_text.unwrap_or_else(|| input.text.clone());
    let content = body(input.text, Some(rich_text), input.attachments);
    state.write(thread, MessageKind::Comment, author, content)
}

fn body(text: String, rich_text: Option<String>, attachments: Vec<Value>) -> Content {
    Content {
        text: Some(text),
        rich_text: rich_text.map(|html| sanitised(&html)),
        attachments: Some(attachments),
        ..Content::default()
    }
}

fn check_channel(thread: &Thread, input: &MessageInput) -> Result<(), ApiError> {
    if input.channel_id != thread.original_channel_id {
        let message = format!("Channel {} is not the channel of the thread", input.channel_id);
        return Err(ApiError::invalid(message));
    }
    if input.channel_account_id != thread.original_channel_account_id {
        let account = &input.channel_account_id;
        let message = format!("Channel account {account} is not the account of the thread");
        return Err(ApiError::invalid(message));
    }
    Ok(())
}
