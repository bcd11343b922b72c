//! Messages and comments that an app posts (docs/vendors/hubspot.md#posting-messages,
//! docs/vendors/hubspot.md#comments).

use serde::Deserialize;
use serde_json::{Value, json};

use super::request::Request;
use super::{Answer, created};
use crate::conversations::{
    Channel, DeliveryIdentifier, Direction, Message, MessageKind, MessageStatus, Party, Sending,
    sanitized,
};
use crate::error::ApiError;
use crate::options::User;
use crate::origin::Origin;
use crate::state::State;

/// The body of a post; the specification tells which fields each type requires.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
enum PostInput {
    Message(MessageInput),
    Comment(CommentInput),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageInput {
    text: String,
    rich_text: Option<String>,
    attachments: Vec<Value>,
    recipients: Vec<RecipientInput>,
    sender_actor_id: String,
    channel_id: String,
    channel_account_id: String,
    subject: Option<String>,
}

/// A recipient of a request: identifiers in the plural, unlike in answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecipientInput {
    actor_id: Option<String>,
    name: Option<String>,
    recipient_field: Option<String>,
    delivery_identifiers: Vec<DeliveryIdentifier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentInput {
    text: String,
    rich_text: Option<String>,
    attachments: Vec<Value>,
}

pub(super) fn post(state: &mut State, thread: &str, request: &Request) -> Answer {
    let origin = request.origin();
    let posted = match request.read()? {
        PostInput::Message(message) => post_message(state, origin, thread, message),
        PostInput::Comment(comment) => post_comment(state, origin, thread, comment),
    };
    created(posted?.to_json())
}

fn post_message(
    state: &mut State,
    origin: Origin,
    thread: &str,
    input: MessageInput,
) -> Result<Message, ApiError> {
    let channel = channel(state, thread, &input)?;
    let status = match state.conversations.accounts.sending(channel) {
        Sending::Works => MessageStatus::of("SENT"),
        Sending::Fails => {
            let details = Some(json!({"errorMessage": "The message could not be sent"}));
            MessageStatus { failure_details: details, ..MessageStatus::of("FAILED") }
        }
        Sending::Rejected => {
            let message = format!("Sending on channel {} is not supported", channel.id());
            return Err(ApiError::invalid(message));
        }
    };
    let recipients = recipients(channel, input.recipients)?;
    let held = state.conversations.thread(thread)?;
    let subject = input.subject.or_else(|| held.subject.clone());
    let message = Message {
        senders: vec![sender(state, &input.sender_actor_id)?],
        recipients,
        created_by: input.sender_actor_id,
        client: origin.client(),
        subject: subject.filter(|_| channel == Channel::Email),
        truncation_status: Some("NOT_TRUNCATED"),
        status: Some(status),
        direction: Some(Direction::Outgoing),
        channel_id: Some(input.channel_id),
        channel_account_id: Some(input.channel_account_id),
        ..body(input.text, input.rich_text, input.attachments)
    };
    state.write(thread, message)
}

/// Returns the channel of a post: one on which the thread has messages, with the portal's present
/// account on it.
fn channel(state: &State, thread: &str, input: &MessageInput) -> Result<Channel, ApiError> {
    let held = state.conversations.thread(thread)?;
    let original = [Some(&held.original_channel_id)].into_iter();
    let messages = state.conversations.messages(thread).iter();
    let mut used = original.chain(messages.map(|message| message.channel_id.as_ref()));
    let channel = Channel::parse(&input.channel_id);
    let channel = channel.filter(|channel| used.any(|id| id.is_some_and(|id| id == channel.id())));
    let channel = channel.ok_or_else(|| {
        let id = &input.channel_id;
        ApiError::invalid(format!("Channel {id} is not a channel of the thread"))
    })?;
    if state.conversations.accounts.id(channel) == input.channel_account_id {
        return Ok(channel);
    }
    let id = &input.channel_account_id;
    Err(ApiError::invalid(format!("Channel account {id} is not the account of the thread")))
}

/// Returns the user in whose name a message goes out; apps cannot send in their own.
fn sender(state: &State, actor: &str) -> Result<Party, ApiError> {
    let name = state.actor_user(actor).map(User::name);
    if name.is_none() {
        return Err(ApiError::invalid(format!("Sender actor {actor} not found")));
    }
    Ok(Party { name, ..Party::actor(actor) })
}

/// Returns the recipients; on email there must be one, with an address.
fn recipients(channel: Channel, inputs: Vec<RecipientInput>) -> Result<Vec<Party>, ApiError> {
    if channel == Channel::Email && inputs.is_empty() {
        return Err(ApiError::invalid("A message on this channel needs at least one recipient"));
    }
    inputs.into_iter().map(|input| recipient(channel, input)).collect()
}

fn recipient(channel: Channel, input: RecipientInput) -> Result<Party, ApiError> {
    let wanted = channel.identifier_type();
    let fits = |one: &DeliveryIdentifier| one.kind == wanted && !one.value.is_empty();
    let identifier = input.delivery_identifiers.into_iter().find(fits).ok_or_else(|| {
        ApiError::invalid(format!("A recipient needs a delivery identifier of type {wanted}"))
    })?;
    if input.recipient_field.as_deref().is_some_and(|field| !["TO", "CC", "BCC"].contains(&field)) {
        return Err(ApiError::invalid("recipientField must be TO, CC or BCC"));
    }
    Ok(Party {
        actor_id: input.actor_id,
        name: input.name,
        sender_field: None,
        recipient_field: input.recipient_field,
        delivery_identifier: Some(identifier),
    })
}

/// Posts a comment. Its author is not documented: here it is the app, not a user.
fn post_comment(
    state: &mut State,
    origin: Origin,
    thread: &str,
    input: CommentInput,
) -> Result<Message, ApiError> {
    let rich_text = input.rich_text.unwrap_or_else(|| input.text.clone());
    let comment = Message {
        kind: MessageKind::Comment,
        created_by: origin.actor(),
        client: origin.client(),
        senders: vec![Party::actor(&origin.actor())],
        ..body(input.text, Some(rich_text), input.attachments)
    };
    state.write(thread, comment)
}

fn body(text: String, rich_text: Option<String>, attachments: Vec<Value>) -> Message {
    Message {
        text: Some(text),
        rich_text: rich_text.map(|html| sanitized(&html)),
        attachments: Some(attachments),
        ..Message::default()
    }
}
