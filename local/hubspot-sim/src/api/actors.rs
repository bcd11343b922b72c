//! `/conversations/v3/conversations/actors`: who an actor id stands for.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answer::complete;
use super::input::Inputs;
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::extract::Input;
use crate::portal::Portal;
use crate::state::State as PortalState;

const BASE: &str = "/conversations/v3/conversations/actors";

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route(&format!("{BASE}/{{id}}"), get(read))
        .route(&format!("{BASE}/batch/read"), post(read_batch))
}

async fn read(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| actor(state, &id).map(Json).ok_or_else(|| unknown(&id)))
}

async fn read_batch(
    State(portal): State<Portal>,
    Input(input): Input<Inputs<String>>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    portal.with(|state| {
        for id in input.inputs {
            match actor(state, &id) {
                Some(found) => results.push(found),
                None => {
                    errors.push(unknown(&id).with("context", json!({"ids": [id]})).into_entry());
                }
            }
        }
    });
    Ok(complete(StatusCode::OK, results, errors))
}

fn unknown(id: &str) -> ApiError {
    ApiError::not_found(format!("Actor {id} not found"))
}

/// The prefix of an actor id tells its kind.
fn actor(state: &PortalState, id: &str) -> Option<Value> {
    let (prefix, rest) = id.split_once('-')?;
    match prefix {
        "A" => state.actor_user(id).map(
            |user| json!({"id": id, "type": "AGENT", "name": user.name(), "email": user.email}),
        ),
        "V" => Some(visitor(state, id, rest)),
        "E" => Some(json!({"id": id, "type": "EMAIL", "email": rest})),
        "I" => Some(json!({"id": id, "type": "INTEGRATOR", "name": format!("App {rest}")})),
        "B" | "L" => Some(json!({"id": id, "type": "BOT", "name": "Bot"})),
        "S" => Some(json!({"id": id, "type": "SYSTEM"})),
        _ => None,
    }
}

/// A visitor who is a contact has a name and an address; another has nothing but the id.
fn visitor(state: &PortalState, id: &str, contact: &str) -> Value {
    let mut shown = json!({"id": id, "type": "VISITOR"});
    if let Some(contact) = state.crm.by_id(ObjectKind::Contact, contact) {
        let names = [contact.get("firstname"), contact.get("lastname")];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        shown["name"] = json!(name);
        shown["email"] = json!(contact.get("email"));
    }
    shown
}
