//! Control routes under `/sim`, beside those of `sim-kit`: what the handle can do, over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::control::{Input, Rejected};

use crate::actors::{AgentMessage, ContactMessage, UnknownSession};
use crate::options::CustomDataPatch;
use crate::session::TicketingSystem;
use crate::sim::OpenCxSim;

type Done = Result<StatusCode, Rejected>;

/// The answer to `GET /sim`.
const HELP: &str = r#"Control routes of the simulated OpenCX; each with an example body.

GET  /sim/state                             sessions, contacts, events, calls
POST /sim/customer                          {"channel":"sms","contact":{"phone_number":"+1"},"text":"Hello"}
                                            goes on with {"session":ID,"text":"A human, please"},
                                            with a file: "attachments":[{"name":"a.png","mime_type":"image/png","base64":"iVBORw0KGgo="}]
POST /sim/sessions/{id}/agent-messages      {"name":"Olga","text":"I will look into it."}, with "attachments" as above
POST /sim/sessions/{id}/handoff             {"reason":"VIP"}
POST /sim/sessions/{id}/resolve             {"resolved":true}
POST /sim/sessions/{id}/reopen
PUT  /sim/sessions/{id}/ticketing-system    {"name":"hubspot","external_id":"7","id_type":"thread"}
PUT  /sim/sessions/{id}/gone                410
PUT  /sim/custom-data-patch                 "merged", "ignored" or {"rejected":400}
PUT  /sim/message-events                    true: messages of customers and agents are announced, too
POST /sim/events                            any event, sent unchanged
PUT  /sim/events-url                        {"url":"http://127.0.0.1:9000/local/opencx-events"}
GET, DELETE /sim/calls                      the log of API calls
POST, DELETE /sim/faults                    {"path_contains":"/send","times":1,"kind":{"status":{"status":503}}}
PUT  /sim/down                              true
"#;

/// Returns the routes, without the prefix.
pub(crate) fn routes() -> Router<OpenCxSim> {
    sim_kit::control::routes()
        .route("/", get(HELP))
        .route("/state", get(state))
        .route("/customer", post(customer))
        .route("/sessions/{id}/handoff", post(handoff))
        .route("/sessions/{id}/agent-messages", post(agent_message))
        .route("/message-events", put(message_events))
        .route("/sessions/{id}/resolve", post(resolve))
        .route("/sessions/{id}/reopen", post(reopen))
        .route("/sessions/{id}/ticketing-system", put(link))
        .route("/sessions/{id}/gone", put(gone))
        .route("/custom-data-patch", put(custom_data_patch))
        .route("/events", post(emit))
        .route("/events-url", put(events_url))
}

async fn state(State(sim): State<OpenCxSim>) -> Json<Value> {
    Json(json!({
        "sessions": sim.sessions(),
        "contacts": sim.contacts(),
        "events": sim.events(),
        "calls": sim.calls(),
    }))
}

async fn customer(
    State(sim): State<OpenCxSim>,
    Input(message): Input<ContactMessage>,
) -> Result<Json<Value>, Rejected> {
    Ok(Json(json!({ "session": sim.customer_writes(message)? })))
}

async fn agent_message(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    Input(message): Input<AgentMessage>,
) -> Done {
    done(sim.agent_writes(&id, message))
}

async fn message_events(State(sim): State<OpenCxSim>, Input(announced): Input<bool>) -> StatusCode {
    sim.set_message_events(announced);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

async fn handoff(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    Input(Reason { reason }): Input<Reason>,
) -> Done {
    done(sim.human_handoff(&id, &reason))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolution {
    resolved: bool,
}

async fn resolve(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    Input(Resolution { resolved }): Input<Resolution>,
) -> Done {
    done(sim.resolve(&id, resolved))
}

async fn reopen(State(sim): State<OpenCxSim>, Path(id): Path<String>) -> Done {
    done(sim.reopen(&id))
}

async fn link(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    Input(link): Input<TicketingSystem>,
) -> Done {
    done(sim.link_ticketing_system(&id, link))
}

async fn gone(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    Input(status): Input<u16>,
) -> Done {
    done(sim.set_gone(&id, status))
}

async fn custom_data_patch(
    State(sim): State<OpenCxSim>,
    Input(result): Input<CustomDataPatch>,
) -> StatusCode {
    sim.set_custom_data_patch(result);
    StatusCode::NO_CONTENT
}

async fn emit(State(sim): State<OpenCxSim>, Input(event): Input<Value>) -> StatusCode {
    sim.emit(event);
    StatusCode::ACCEPTED
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsUrl {
    url: Option<String>,
}

async fn events_url(
    State(sim): State<OpenCxSim>,
    Input(EventsUrl { url }): Input<EventsUrl>,
) -> StatusCode {
    sim.set_events_url(url);
    StatusCode::NO_CONTENT
}

fn done(result: Result<(), UnknownSession>) -> Done {
    result?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<UnknownSession> for Rejected {
    fn from(unknown: UnknownSession) -> Self {
        Self::new(StatusCode::NOT_FOUND, unknown.to_string())
    }
}
