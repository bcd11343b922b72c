//! `POST /chat/sessions`, `GET` and `PATCH /chat/sessions/{id}`.

use super::body::{self, Described};
use crate::channel::Channel;
use crate::contact::Contact;
use crate::refusal::Refusal;
use crate::server::OpenCx;
use crate::session::{CustomData, Origin, Session, Status};
use crate::wording;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    channel: ChannelOf,
    contact_id: Option<String>,
    contact: Option<Described>,
    custom_data: Option<CustomData>,
    #[serde(rename = "verified")]
    _verified: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelOf {
    r#type: Channel,
}

/// Opens a session. Asked twice, it opens two: there is no idempotency.
pub(super) async fn open(
    State(sim): State<OpenCx>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let opening: Opening = body::read(&body)?;
    let custom_data = body::flat(opening.custom_data)?;
    let described = opening.contact.map(Described::checked).transpose()?;
    let mut state = sim.state();
    let contact = match (opening.contact_id, described) {
        (None, None) => return Err(Refusal::bad_request("contact_id or contact is required")),
        (None, Some(contact)) => state.contacts.recognise(contact),
        (Some(id), described) => {
            let known = state.contacts.get_mut(&id);
            let known = known.ok_or_else(|| Refusal::not_found("Contact", &id))?;
            known.update(described.unwrap_or_default());
            id
        }
    };
    let mut session = Session::open(opening.channel.r#type, Origin::Api, contact);
    session.custom_data = custom_data;
    let answer = json!({ "id": session.id });
    state.sessions.push(session);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Shows a session.
pub(super) async fn show(
    State(sim): State<OpenCx>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut state = sim.state();
    let (session, contact) = state.with_contact(&id)?;
    Ok(Json(shown(session, contact)))
}

/// `handoff` and `ticketing_system` are there only when there is something to say.
fn shown(session: &Session, contact: &Contact) -> Value {
    let mut shown = json!({
        "id": session.id,
        "status": session.status,
        "channel": { "type": session.channel },
        "contact": contact,
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
struct Change {
    status: Option<Status>,
    custom_data: Option<CustomData>,
    generate_summary_and_sentiment_on_resolve: Option<bool>,
    reflect_status_change_for_integration: Option<bool>,
}

/// Changes a session's status or custom data; answered with nothing at all.
pub(super) async fn change(
    State(sim): State<OpenCx>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let mut state = sim.state();
    let (session, _) = state.with_contact(&id)?;
    let change: Change = body::read(&body)?;
    session.custom_data.extend(body::flat(change.custom_data)?);
    session.touch();
    let Some(status) = change.status.filter(|status| *status != session.status) else {
        return Ok(StatusCode::OK);
    };
    if status == Status::Open || change.reflect_status_change_for_integration == Some(false) {
        session.status = status;
        return Ok(StatusCode::OK);
    }
    let summed_up = change.generate_summary_and_sentiment_on_resolve == Some(true);
    let mood = summed_up.then(|| session.heard().last().map_or("neutral", wording::sentiment));
    sim.close(&mut state, &id, status, mood);
    Ok(StatusCode::OK)
}
