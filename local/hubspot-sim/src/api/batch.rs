//! `POST /crm/v3/objects/{type}/batch/read`: up to a hundred objects in a call
//! (docs/vendors/hubspot.md#crm-record).

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::clock;

use super::objects::IdInput;
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::extract::Input;
use crate::portal::Portal;

/// The specification requires all but `idProperty`, and so does the portal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadInput {
    inputs: Vec<IdInput>,
    properties: Vec<String>,
    #[serde(rename = "propertiesWithHistory")]
    _properties_with_history: Vec<String>,
    id_property: Option<String>,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new().route("/crm/v3/objects/{kind}/batch/read", post(read))
}

/// Answers 207 as soon as one object is not there.
async fn read(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(input): Input<ReadInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    if !(1..=100).contains(&input.inputs.len()) {
        let message = "The number of inputs of a batch request must be between 1 and 100";
        return Err(ApiError::invalid(message));
    }
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    portal.with(|state| {
        let names = state.crm.known(kind, &input.properties);
        for IdInput { id } in input.inputs {
            match state.crm.find(kind, &id, input.id_property.as_deref()) {
                Ok(record) => drop(found.insert(record.id, record.to_json(&names))),
                Err(error) if error.is_not_found() => missing.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })?;
    let now = clock::now_iso();
    let mut answer = json!({"status": "COMPLETE", "startedAt": now, "completedAt": now});
    answer["results"] = found.into_values().collect();
    if missing.is_empty() {
        return Ok((StatusCode::OK, Json(answer)));
    }
    let name = kind.singular().to_uppercase();
    let message = format!("Could not get some {name} objects, they may be deleted or not exist.");
    let error = ApiError::not_found(message).with("context", json!({"ids": missing}));
    answer["numErrors"] = json!(1);
    answer["errors"] = json!([error.into_entry()]);
    Ok((StatusCode::MULTI_STATUS, Json(answer)))
}
