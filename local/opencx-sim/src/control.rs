//! The control API under `/sim`, for people with curl: what the handle can do, over HTTP, without a
//! key. It is no part of OpenCX.
//!
//! ```text
//! curl $URL/sim/customer -d '{"channel":"sms","contact":{"phone_number":"+1"},"text":"Hello"}'
//! curl $URL/sim/faults -d '{"path_contains":"/send","times":1,"kind":{"status":[503,null]}}'
//! curl $URL/sim/state
//! ```

use crate::faults::Fault;
use crate::people::{Customer, UnknownSession};
use crate::refusal::Refusal;
use crate::server::OpenCx;
use crate::session::TicketingSystem;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Done = Result<StatusCode, Refusal>;

/// The routes below `/sim`.
pub(crate) fn routes(sim: OpenCx) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/customer", post(customer))
        .route("/sessions/{id}/handoff", post(handoff))
        .route("/sessions/{id}/resolve", post(resolve))
        .route("/sessions/{id}/reopen", post(reopen))
        .route("/sessions/{id}/comment", post(comment))
        .route("/sessions/{id}/ticketing-system", put(link))
        .route("/events", post(emit))
        .route("/events-url", put(events_url))
        .route("/faults", post(fail).delete(clear_faults))
        .route("/down", put(down))
        .with_state(sim)
}

async fn state(State(sim): State<OpenCx>) -> Json<Value> {
    Json(json!({
        "sessions": sim.sessions(),
        "contacts": sim.contacts(),
        "events": sim.events(),
        "calls": sim.calls(),
    }))
}

async fn customer(State(sim): State<OpenCx>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let session = sim.customer_writes(read::<Customer>(&body)?)?;
    Ok(Json(json!({ "session": session })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

async fn handoff(State(sim): State<OpenCx>, Path(id): Path<String>, body: Bytes) -> Done {
    sim.human_handoff(&id, &read::<Reason>(&body)?.reason)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolution {
    resolved: bool,
}

async fn resolve(State(sim): State<OpenCx>, Path(id): Path<String>, body: Bytes) -> Done {
    sim.resolve(&id, read::<Resolution>(&body)?.resolved)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reopen(State(sim): State<OpenCx>, Path(id): Path<String>) -> Done {
    sim.reopen(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    name: String,
    text: String,
}

async fn comment(State(sim): State<OpenCx>, Path(id): Path<String>, body: Bytes) -> Done {
    let Comment { name, text } = read(&body)?;
    sim.agent_comments(&id, &name, &text)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn link(State(sim): State<OpenCx>, Path(id): Path<String>, body: Bytes) -> Done {
    sim.link_ticketing_system(&id, read::<TicketingSystem>(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn emit(State(sim): State<OpenCx>, body: Bytes) -> Done {
    sim.emit(read(&body)?);
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsUrl {
    url: Option<String>,
}

async fn events_url(State(sim): State<OpenCx>, body: Bytes) -> Done {
    sim.set_events_url(read::<EventsUrl>(&body)?.url);
    Ok(StatusCode::NO_CONTENT)
}

async fn fail(State(sim): State<OpenCx>, body: Bytes) -> Done {
    sim.fail(read::<Fault>(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_faults(State(sim): State<OpenCx>) -> StatusCode {
    sim.clear_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Down {
    down: bool,
}

async fn down(State(sim): State<OpenCx>, body: Bytes) -> Done {
    sim.set_down(read::<Down>(&body)?.down);
    Ok(StatusCode::NO_CONTENT)
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::bad_request(error.to_string()))
}

impl From<UnknownSession> for Refusal {
    fn from(unknown: UnknownSession) -> Self {
        Self::new(StatusCode::NOT_FOUND, unknown.to_string())
    }
}
