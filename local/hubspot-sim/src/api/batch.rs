//! `/crm/v3/objects/{type}/batch/…`: up to a hundred objects in a call.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::answer::{complete, gone};
use super::input::{CreateInput, IdInput, Inputs, UpdateInput, check_count};
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::extract::Input;
use crate::gate::Caller;
use crate::origin::Origin;
use crate::portal::Portal;
use crate::state::State as PortalState;

/// The specification requires all but `idProperty`, and so does the portal.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadInput {
    inputs: Vec<IdInput>,
    properties: Vec<String>,
    #[serde(rename = "propertiesWithHistory")]
    _properties_with_history: Vec<String>,
    id_property: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeInput {
    id: String,
    id_property: Option<String>,
    #[serde(flatten)]
    change: UpdateInput,
}

type Answer = Result<(StatusCode, Json<Value>), ApiError>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/objects/{kind}/batch/read", post(read))
        .route("/crm/v3/objects/{kind}/batch/create", post(create))
        .route("/crm/v3/objects/{kind}/batch/update", post(update))
}

async fn read(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(input): Input<ReadInput>,
) -> Answer {
    let kind = ObjectKind::parse(&kind)?;
    check_count(kind, input.inputs.len())?;
    portal.with(|state| {
        let names = state.crm.known(kind, &input.properties);
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for IdInput { id } in input.inputs {
            match state.crm.find(kind, &id, input.id_property.as_deref()) {
                Ok(record) => drop(found.insert(record.id, record.to_json(&names))),
                Err(error) if error.is_not_found() => missing.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(complete(StatusCode::OK, found.into_values().collect(), gone(kind, &missing)))
    })
}

async fn create(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Input(input): Input<Inputs<CreateInput>>,
) -> Answer {
    let kind = ObjectKind::parse(&kind)?;
    let inputs = input.checked(kind)?;
    let drafts: Result<Vec<_>, _> = inputs.into_iter().map(|one| one.into_draft(kind)).collect();
    let drafts = drafts?;
    portal.with(|state| {
        let made: Vec<u64> = all_or_nothing(state, |state| {
            let origin = Origin::App(caller.app_id);
            drafts.into_iter().map(|draft| state.create(kind, draft, origin)).collect()
        })?;
        let shown: Result<Vec<Value>, ApiError> = made
            .iter()
            .map(|id| Ok(state.crm.find(kind, &id.to_string(), None)?.to_json_whole()))
            .collect();
        Ok(complete(StatusCode::CREATED, shown?, Vec::new()))
    })
}

async fn update(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Input(input): Input<Inputs<ChangeInput>>,
) -> Answer {
    let kind = ObjectKind::parse(&kind)?;
    let inputs = input.checked(kind)?;
    check_distinct(&inputs)?;
    portal.with(|state| {
        let mut missing = Vec::new();
        let results = all_or_nothing(state, |state| {
            let mut results = Vec::new();
            for input in inputs {
                let found = state.crm.find(kind, &input.id, input.id_property.as_deref());
                let Ok(id) = found.map(|record| record.id) else {
                    missing.push(input.id);
                    continue;
                };
                let properties = input.change.properties;
                state.update(kind, id, &properties, Origin::App(caller.app_id))?;
                let names: Vec<String> = properties.into_keys().collect();
                results.push(state.crm.find(kind, &id.to_string(), None)?.to_json(&names));
            }
            Ok(results)
        })?;
        Ok(complete(StatusCode::OK, results, gone(kind, &missing)))
    })
}

fn check_distinct(inputs: &[ChangeInput]) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    match inputs.iter().find(|input| !seen.insert(input.id.as_str())) {
        None => Ok(()),
        Some(twice) => Err(ApiError::invalid(format!(
            "Duplicate IDs found in batch input: [{}]. IDs must be unique",
            twice.id
        ))),
    }
}

/// Undoes everything of a batch when one of its inputs is refused.
fn all_or_nothing<T>(
    state: &mut PortalState,
    act: impl FnOnce(&mut PortalState) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let (crm, mark) = (state.crm.clone(), state.events.mark());
    act(state).inspect_err(|_| {
        state.crm = crm;
        state.events.forget_after(mark);
    })
}
