//! `/crm/v4/associations/{from}/{to}/batch/…`: the associations of many objects.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answer::complete;
use super::associations::{PairInput, link, types_json};
use super::input::{IdInput, Inputs};
use crate::crm::{ObjectKind, TypeSpec};
use crate::error::ApiError;
use crate::extract::Input;
use crate::portal::Portal;

type Answer = Result<(StatusCode, Json<Value>), ApiError>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v4/associations/{kind}/{to}/batch/read", post(read))
        .route("/crm/v4/associations/{kind}/{to}/batch/create", post(create))
}

/// Objects without associations are errors of the batch, not empty results.
async fn read(
    State(portal): State<Portal>,
    Path((kind, to)): Path<(String, String)>,
    Input(input): Input<Inputs<IdInput>>,
) -> Answer {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    let inputs = input.checked(kind)?;
    portal.with(|state| {
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for IdInput { id } in inputs {
            let record = state.crm.by_id(kind, &id);
            let found = record.map(|record| state.crm.associated((kind, record.id), to));
            match found.filter(|found| !found.is_empty()) {
                Some(found) => results.push(json!({"from": {"id": id}, "to": ends(&found)})),
                None => errors.push(none_found(kind, to, &id)),
            }
        }
        Ok(complete(StatusCode::OK, results, errors))
    })
}

async fn create(
    State(portal): State<Portal>,
    Path((kind, to)): Path<(String, String)>,
    Input(input): Input<Inputs<PairInput>>,
) -> Answer {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    let inputs = input.checked(kind)?;
    portal.with(|state| {
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for input in &inputs {
            match link(&mut state.crm, kind, to, input) {
                Ok(made) => results.push(made),
                Err(error) => errors.push(error.into_entry()),
            }
        }
        Ok(complete(StatusCode::CREATED, results, errors))
    })
}

fn ends(found: &[(u64, Vec<TypeSpec>)]) -> Vec<Value> {
    let shown = |(id, types): &(u64, Vec<TypeSpec>)| json!({"toObjectId": id.to_string(), "associationTypes": types_json(types)});
    found.iter().map(shown).collect()
}

fn none_found(kind: ObjectKind, to: ObjectKind, id: &str) -> Value {
    let message = format!("No {} is associated with {} {id}.", to.singular(), kind.singular());
    ApiError::not_found(message)
        .with("subCategory", "crm.associations.NO_ASSOCIATIONS_FOUND")
        .with("context", json!({"fromObjectId": [id]}))
        .into_entry()
}
