//! `POST /chat/sessions`, `GET` and `PATCH /chat/sessions/{id}`.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::clock;

use super::body::{self, ContactFields};
use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::ApiError;
use crate::events::contact_of;
use crate::options::CustomDataPatch;
use crate::session::{CustomData, Origin, Session, Status};
use crate::sim::{OpenCxSim, Organization};
use crate::text_analysis;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSession {
    channel: ChannelField,
    contact_id: Option<String>,
    contact: Option<ContactFields>,
    custom_data: Option<CustomData>,
    verified: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelField {
    r#type: Channel,
}

impl ChannelField {
    /// Returns the channel; of those that have no variant, the documented ones only.
    fn validate(self) -> Result<Channel, ApiError> {
        match self.r#type {
            Channel::Other(name) if name != "instagram" && name != "messenger" => {
                Err(ApiError::bad_request(format!("channel.type {name:?} is not a channel")))
            }
            channel => Ok(channel),
        }
    }
}

/// Opens a session. Asked twice, it opens two: there is no idempotency.
pub(super) async fn open(
    State(sim): State<OpenCxSim>,
    Extension(organization): Extension<Organization>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let new: NewSession = body::read(&body)?;
    let channel = new.channel.validate()?;
    let custom_data = body::flat_values(new.custom_data)?;
    let mut described = new.contact.map(ContactFields::validate).transpose()?;
    if let Some(contact) = described.as_mut().filter(|_| new.verified == Some(false)) {
        contact.non_verified_custom_data = std::mem::take(&mut contact.custom_data);
    }
    let mut state = sim.state();
    let contact = match (new.contact_id, described) {
        (None, None) => return Err(ApiError::bad_request("contact_id or contact is required")),
        (None, Some(contact)) => state.contacts.find_or_create(contact),
        (Some(id), described) => {
            let known = state.contacts.get_mut(&id);
            let known = known.ok_or_else(|| ApiError::not_found("Contact", &id))?;
            known.update(described.unwrap_or_default());
            id
        }
    };
    let mut session = Session::open(organization.0, channel, Origin::Api, contact);
    session.custom_data = custom_data;
    session.verified = new.verified;
    let answer = json!({ "id": session.id });
    state.sessions.push(session);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Shows a session.
pub(super) async fn show(
    State(sim): State<OpenCxSim>,
    Extension(organization): Extension<Organization>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = sim.state();
    let (session, contact) = state.for_api(&organization.0, &id)?;
    Ok(Json(to_json(session, contact)))
}

/// Writes a session; `handoff` and `ticketing_system` are there only when there are any.
fn to_json(session: &Session, contact: &Contact) -> Value {
    let mut shown = json!({
        "id": session.id,
        "status": session.status,
        "channel": { "type": session.channel },
        "contact": contact_of(session, contact),
        "language": session.language,
        "assignee_id": null,
        "custom_data": session.custom_data,
        "team": null,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    });
    if let Some(handoff) = &session.handoff {
        shown["handoff"] = json!(handoff);
    }
    if let Some(link) = &session.ticketing_system {
        shown["ticketing_system"] = json!(link);
    }
    shown
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionUpdate {
    status: Option<Status>,
    custom_data: Option<CustomData>,
    #[serde(default)]
    generate_summary_and_sentiment_on_resolve: bool,
    reflect_status_change_for_integration: Option<bool>,
}

/// Changes a session's status or custom data; answered with an empty body.
pub(super) async fn change(
    State(sim): State<OpenCxSim>,
    Extension(organization): Extension<Organization>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let state = &mut *sim.state();
    let patch = state.custom_data_patch;
    let (session, contact) = state.for_api(&organization.0, &id)?;
    let update: SessionUpdate = body::read(&body)?;
    if update.custom_data.is_some() {
        match patch {
            CustomDataPatch::Merged => {}
            CustomDataPatch::Ignored => return Ok(Json(to_json(session, contact)).into_response()),
            CustomDataPatch::Rejected(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
                return Err(ApiError::new(status, "property custom_data should not exist"));
            }
        }
    }
    session.custom_data.extend(body::flat_values(update.custom_data)?);
    session.updated_at = clock::now_iso();
    let Some(status) = update.status.filter(|status| *status != session.status) else {
        return Ok(StatusCode::OK.into_response());
    };
    if status == Status::Open || update.reflect_status_change_for_integration == Some(false) {
        session.status = status;
    } else {
        let sentiment = update
            .generate_summary_and_sentiment_on_resolve
            .then(|| text_analysis::session_sentiment(session));
        sim.close(state, &id, status, sentiment);
    }
    Ok(StatusCode::OK.into_response())
}
