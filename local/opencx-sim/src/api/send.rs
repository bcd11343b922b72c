//! `POST /chat/sessions/{id}/send`: a message of the contact or of a human agent.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{self, ContactFields};
use crate::contact::Contact;
use crate::error::ApiError;
use crate::history::{Attachment, HistoryMessage, ItemKind, Sender};
use crate::lifecycle::record_incoming;
use crate::session::{CustomData, Session};
use crate::sim::{OpenCxSim, Organization};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendRequest {
    sender: Speaker,
    message: Message,
    contact: Option<ContactFields>,
    custom_data: Option<CustomData>,
    agent: Option<Agent>,
    #[serde(default)]
    should_take_over_session_from_ai: bool,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    Contact,
    Agent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    #[serde(rename = "type")]
    _kind: MessageType,
    text: String,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum MessageType {
    Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agent {
    name: Option<String>,
    #[serde(rename = "id")]
    _id: Option<String>,
    #[serde(rename = "avatar_url")]
    _avatar_url: Option<String>,
}

impl Message {
    fn validate(&self) -> Result<(), ApiError> {
        if self.text.trim().is_empty() {
            return Err(ApiError::bad_request("message.text should not be empty"));
        }
        match self.attachments.iter().find(|file| !file.url.starts_with("http")) {
            Some(file) => {
                let message = format!("message.attachments: {:?} must be a URL", file.url);
                Err(ApiError::bad_request(message))
            }
            None => Ok(()),
        }
    }
}

/// Takes a message. Sent twice, it is there twice: there is no idempotency.
pub(super) async fn send(
    State(sim): State<OpenCxSim>,
    Extension(organization): Extension<Organization>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let state = &mut *sim.state();
    let (session, contact) = state.for_api(&organization.0, &id)?;
    let mut request: SendRequest = body::read(&body)?;
    request.message.validate()?;
    let sender = request.contact.take().map(ContactFields::validate).transpose()?;
    session.custom_data.extend(body::flat_values(request.custom_data.take())?);
    contact.update(sender.unwrap_or_default());
    let text = request.message.text.clone();
    let message_id = match request.sender {
        Speaker::Agent => {
            let message_id = record_agent(session, contact, request);
            sim.announce_message(state, &id, &message_id);
            message_id
        }
        Speaker::Contact => {
            let message = HistoryMessage::new(Sender::Contact, contact.name.clone(), &text);
            let attachments = request.message.attachments;
            let message_id = record_incoming(session, HistoryMessage { attachments, ..message });
            sim.announce_message(state, &id, &message_id);
            sim.ask_ai(state, &id, &text);
            message_id
        }
    };
    let answer = json!({ "success": true, "data": { "message": { "id": message_id } } });
    Ok((StatusCode::CREATED, Json(answer)))
}

fn record_agent(session: &mut Session, contact: &Contact, request: SendRequest) -> String {
    if request.should_take_over_session_from_ai && !session.handed_off {
        session.handed_off = true;
        session.record(ItemKind::HumanAgentTakeover);
    }
    let name = request.agent.and_then(|agent| agent.name);
    let message = HistoryMessage::new(Sender::HumanAgent, name, request.message.text);
    let attachments = request.message.attachments;
    session.record_outgoing(contact, HistoryMessage { attachments, ..message })
}
