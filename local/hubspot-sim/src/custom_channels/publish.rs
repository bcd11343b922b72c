//! Messages that the app publishes on its channels (docs/vendors/hubspot-channels.md#publishing,
//! docs/vendors/hubspot-channels.md#threading).

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{ChannelAccount, ClosedThread, CustomChannels, RepeatAnswer};
use crate::conversations::{
    Channel, DeliveryIdentifier, Direction, InboxType, Message, MessageStatus, Party, Thread,
    ThreadStatus, sanitized,
};
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::origin::Origin;
use crate::state::State;

/// The body of a publish; the specification requires all fields that are no options.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublishInput {
    channel_account_id: String,
    message_direction: DirectionInput,
    senders: Vec<ParticipantInput>,
    recipients: Vec<ParticipantInput>,
    text: String,
    timestamp: String,
    attachments: Vec<Value>,
    rich_text: Option<String>,
    integration_thread_id: Option<String>,
    integration_idempotency_id: Option<String>,
    associate_with_contact_id: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum DirectionInput {
    Incoming,
    Outgoing,
}

/// A sender or recipient of a published message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParticipantInput {
    delivery_identifier: DeliveryIdentifier,
    name: Option<String>,
}

impl ParticipantInput {
    fn validate(&self) -> Result<(), ApiError> {
        let DeliveryIdentifier { kind, value } = &self.delivery_identifier;
        let is_valid = match kind.as_str() {
            "HS_PHONE_NUMBER" => is_e164(value),
            "HS_EMAIL_ADDRESS" => value.contains('@'),
            "HS_SHORT_CODE" | "CHANNEL_SPECIFIC_OPAQUE_ID" => !value.is_empty(),
            _ => false,
        };
        let message = || format!("{value} is not a valid delivery identifier of type {kind}");
        if is_valid { Ok(()) } else { Err(ApiError::invalid(message())) }
    }

    fn to_party(&self) -> Party {
        let delivery_identifier = Some(self.delivery_identifier.clone());
        Party { name: self.name.clone(), delivery_identifier, ..Party::default() }
    }
}

fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len())
        && digits.chars().all(|c| c.is_ascii_digit())
        && !digits.starts_with('0')
}

impl PublishInput {
    fn validate(&self) -> Result<(), ApiError> {
        if self.senders.is_empty() {
            return Err(ApiError::invalid("A message needs a sender"));
        }
        for party in self.senders.iter().chain(&self.recipients) {
            party.validate()?;
        }
        if OffsetDateTime::parse(&self.timestamp, &Rfc3339).is_err() {
            return Err(ApiError::invalid(format!("{} is not a date-time", self.timestamp)));
        }
        if self.text.is_empty() && self.attachments.is_empty() {
            return Err(ApiError::invalid("A message needs a text or an attachment"));
        }
        Ok(())
    }

    /// The customer: who wrote, or to whom was written.
    fn customer(&self) -> Option<&ParticipantInput> {
        match self.message_direction {
            DirectionInput::Incoming => self.senders.first(),
            DirectionInput::Outgoing => self.recipients.first(),
        }
    }
}

impl State {
    /// Publishes a message, and returns it with the status of the answer.
    pub(crate) fn publish(
        &mut self,
        channel: &str,
        input: &PublishInput,
        app_id: u64,
    ) -> Result<(StatusCode, Message), ApiError> {
        let account = self.custom_channels.usable_account(channel, &input.channel_account_id)?;
        input.validate()?;
        let idempotency = input.integration_idempotency_id.clone();
        let key = idempotency.map(|id| (channel.to_owned(), id));
        if let Some(known) = key.as_ref().and_then(|key| self.custom_channels.published.get(key)) {
            let (thread, message) = known.clone();
            return self.repeat(&thread, &message);
        }
        let attachments = self.files.check(&input.attachments)?;
        let contact = self.contact_of(input)?;
        let thread = self.thread_of(&account, input, contact)?;
        let entry = entry(&account, input, attachments, app_id, &self.customer_of(&thread)?);
        let message = self.write(&thread, entry)?;
        if let Some(key) = key {
            self.custom_channels.published.insert(key, (thread, message.id.clone()));
        }
        Ok((StatusCode::CREATED, message))
    }

    fn repeat(&self, thread: &str, message: &str) -> Result<(StatusCode, Message), ApiError> {
        match self.custom_channels.behaviour.repeat {
            RepeatAnswer::Message => {
                Ok((StatusCode::OK, self.conversations.message(thread, message)?.clone()))
            }
            RepeatAnswer::Conflict => {
                let message = "A message with this integrationIdempotencyId exists already";
                Err(ApiError::new(StatusCode::CONFLICT, message).with("category", "CONFLICT"))
            }
        }
    }

    /// The contact of a message: the one that it names, else the one with the sender's address.
    fn contact_of(&self, input: &PublishInput) -> Result<Option<u64>, ApiError> {
        if let Some(id) = input.associate_with_contact_id {
            return Ok(Some(self.crm.find(ObjectKind::Contact, &id.to_string(), None)?.id));
        }
        let Some(customer) = input.customer() else { return Ok(None) };
        let DeliveryIdentifier { kind, value } = &customer.delivery_identifier;
        Ok(match kind.as_str() {
            "HS_EMAIL_ADDRESS" => self.crm.by_email(value).map(|contact| contact.id),
            "HS_PHONE_NUMBER" => {
                let mut contacts = self.crm.all(ObjectKind::Contact);
                let found = contacts.find(|one| !one.archived && one.get("phone") == Some(value));
                found.map(|contact| contact.id)
            }
            _ => None,
        })
    }

    /// The thread of a message: that of its `integrationThreadId`, else of its customer's address.
    fn thread_of(
        &mut self,
        account: &ChannelAccount,
        input: &PublishInput,
        contact: Option<u64>,
    ) -> Result<String, ApiError> {
        let by_address = || Some(input.customer()?.delivery_identifier.value.clone());
        let integration = input.integration_thread_id.clone().or_else(by_address);
        let key = (account.id.clone(), integration.unwrap_or_default());
        let CustomChannels { threads, behaviour, .. } = &self.custom_channels;
        let known = threads.get(&key).cloned();
        if let Some(thread) = known.filter(|id| self.conversations.thread(id).is_ok()) {
            let is_closed = self.conversations.thread(&thread)?.status == ThreadStatus::Closed;
            match behaviour.closed_thread {
                ClosedThread::NewThread if is_closed => {}
                ClosedThread::Refused if is_closed => {
                    return Err(ApiError::invalid(format!("Thread {thread} is closed")));
                }
                _ => {
                    self.set_status(&thread, ThreadStatus::Open, Origin::Hubspot)?;
                    return Ok(thread);
                }
            }
        }
        let thread = self.open_channel_thread(account, input, contact)?;
        self.custom_channels.threads.insert(key, thread.clone());
        Ok(thread)
    }

    fn open_channel_thread(
        &mut self,
        account: &ChannelAccount,
        input: &PublishInput,
        contact: Option<u64>,
    ) -> Result<String, ApiError> {
        let contact = contact.unwrap_or_else(|| self.conversations.new_visitor()).to_string();
        let customer = input.customer().map(ParticipantInput::to_party).unwrap_or_default();
        let id = self.conversations.open(Thread {
            inbox_id: account.inbox_id.clone(),
            original_channel_id: account.channel_id.clone(),
            original_channel_account_id: account.id.clone(),
            customer: Party { actor_id: Some(format!("V-{contact}")), ..customer },
            associated_contact_id: contact,
            channel: Channel::Custom,
            ..Thread::default()
        });
        self.events.thread_event("conversation.creation", id);
        let thread = id.to_string();
        if account.inbox_id == InboxType::HelpDesk.id() {
            self.open_ticket(&thread, None)?;
        }
        Ok(thread)
    }

    fn customer_of(&self, thread: &str) -> Result<Party, ApiError> {
        Ok(self.conversations.thread(thread)?.customer.clone())
    }
}

fn entry(
    account: &ChannelAccount,
    input: &PublishInput,
    attachments: Vec<Value>,
    app_id: u64,
    customer: &Party,
) -> Message {
    let origin = Origin::App(app_id);
    let parties = |list: &[ParticipantInput]| -> Vec<Party> {
        list.iter().map(ParticipantInput::to_party).collect()
    };
    let (mut senders, recipients) = (parties(&input.senders), parties(&input.recipients));
    let (direction, status, author) = match input.message_direction {
        DirectionInput::Incoming => (Direction::Incoming, "RECEIVED", customer.actor_id.clone()),
        DirectionInput::Outgoing => (Direction::Outgoing, "SENT", Some(origin.actor())),
    };
    if let Some(sender) = senders.first_mut() {
        sender.actor_id.clone_from(&author);
    }
    Message {
        created_by: author.unwrap_or_default(),
        client: origin.client(),
        senders,
        recipients,
        text: Some(input.text.clone()),
        rich_text: input.rich_text.as_deref().map(sanitized),
        attachments: Some(attachments),
        truncation_status: Some("NOT_TRUNCATED"),
        status: Some(MessageStatus::of(status)),
        direction: Some(direction),
        channel_id: Some(account.channel_id.clone()),
        channel_account_id: Some(account.id.clone()),
        ..Message::default()
    }
}
