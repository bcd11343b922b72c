//! `POST /chat/sessions/{id}/send`: a message of the contact or of a human agent.

use super::body::{self, Described};
use crate::contact::Contact;
use crate::history::{Attachment, Entry, Happening, Sender};
use crate::refusal::Refusal;
use crate::server::OpenCx;
use crate::session::{CustomData, Origin, Session};
use crate::state::State as Everything;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    sender: Party,
    message: Message,
    contact: Option<Described>,
    custom_data: Option<CustomData>,
    agent: Option<Agent>,
    should_take_over_session_from_ai: Option<bool>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Party {
    Contact,
    Agent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    #[serde(rename = "type")]
    _kind: Kind,
    text: String,
    attachments: Option<Vec<Attachment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
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

/// A message that holds what the API asks for.
struct Checked {
    sender: Party,
    text: String,
    attachments: Vec<Attachment>,
    contact: Option<Contact>,
    custom_data: CustomData,
    agent: Option<String>,
    takes_over: bool,
}

impl Sending {
    fn checked(self) -> Result<Checked, Refusal> {
        let Message { text, attachments, .. } = self.message;
        let attachments = attachments.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(Refusal::bad_request("message.text should not be empty"));
        }
        if let Some(bad) = attachments.iter().find(|file| !file.url.starts_with("http")) {
            let message = format!("message.attachments: {:?} must be a URL", bad.url);
            return Err(Refusal::bad_request(message));
        }
        Ok(Checked {
            sender: self.sender,
            text,
            attachments,
            contact: self.contact.map(Described::checked).transpose()?,
            custom_data: body::flat(self.custom_data)?,
            agent: self.agent.and_then(|agent| agent.name),
            takes_over: self.should_take_over_session_from_ai.unwrap_or_default(),
        })
    }
}

/// Takes a message. Sent twice, it is there twice: there is no idempotency.
pub(super) async fn send(
    State(sim): State<OpenCx>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let state = &mut *sim.state();
    let (session, contact) = state.with_contact(&id)?;
    let mut message = body::read::<Sending>(&body)?.checked()?;
    session.custom_data.append(&mut message.custom_data);
    contact.update(message.contact.take().unwrap_or_default());
    let message_id = match message.sender {
        Party::Agent => agent_says(session, contact, message),
        Party::Contact => contact_says(&sim, state, &id, message)?,
    };
    let answer = json!({ "success": true, "data": { "message": { "id": message_id } } });
    Ok((StatusCode::CREATED, Json(answer)))
}

fn agent_says(session: &mut Session, contact: &Contact, message: Checked) -> String {
    if message.takes_over && !session.handed_off {
        session.handed_off = true;
        session.record(Happening::HumanAgentTakeover);
    }
    let mut entry = Entry::new(Sender::HumanAgent, message.agent, message.text);
    entry.attachments = message.attachments;
    session.say(contact, entry)
}

fn contact_says(
    sim: &OpenCx,
    state: &mut Everything,
    id: &str,
    message: Checked,
) -> Result<String, Refusal> {
    let (session, contact) = state.with_contact(id)?;
    let is_first = session.heard().next().is_none();
    let mut entry = Entry::new(Sender::Contact, contact.name.clone(), message.text.clone());
    entry.attachments = message.attachments;
    let message_id = session.hear(entry);
    let announced = session.origin == Origin::Api && sim.inner.options.announce_api_sessions;
    if is_first && announced {
        sim.begin(state, id, &message.text);
    }
    state.thoughts.ponder(sim, id, &message.text);
    Ok(message_id)
}
