//! `/crm/v4/objects/…/associations/…`: the associations of one object.
//!
//! The specification has `toObjectId` as a string, HubSpot's guides show numbers. Here the single
//! read gives numbers and the batch read strings, so that a caller has to take both.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::complete;
use super::input::{IdInput, TypeInput, check_types, no_type};
use crate::crm::{Crm, ObjectKind, TypeSpec, default_type, type_known};
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::portal::Portal;

/// Most associations on a page, and how many there are if nobody asks.
const PAGE_LIMIT: usize = 500;

type Answer = Result<(StatusCode, Json<Value>), ApiError>;

/// Two objects to be associated.
#[derive(Debug, Deserialize)]
pub(super) struct PairInput {
    from: IdInput,
    to: IdInput,
    types: Vec<TypeInput>,
}

pub(super) fn routes() -> Router<Portal> {
    let object = "/crm/v4/objects/{kind}/{id}/associations";
    Router::new()
        .route(&format!("{object}/{{to}}"), get(read))
        .route(&format!("{object}/{{to}}/{{to_id}}"), put(join).delete(part))
        .route(&format!("{object}/default/{{to}}/{{to_id}}"), put(join_default))
}

async fn read(
    State(portal): State<Portal>,
    Path((kind, id, to)): Path<(String, String, String)>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    let limit = params.limit(PAGE_LIMIT, PAGE_LIMIT)?;
    let after: u64 = params.one("after").and_then(|after| after.parse().ok()).unwrap_or_default();
    portal.with(|state| {
        let from = state.crm.find(kind, &id, None)?.id;
        let shown = |(id, types): &(u64, Vec<TypeSpec>)| {
            json!({"toObjectId": id, "associationTypes": types_json(types)})
        };
        let mut found = state.crm.associated((kind, from), to);
        found.retain(|(id, _)| *id > after);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(id, _)| id.to_string());
        Ok(Json(page(found.iter().map(shown).collect(), next)))
    })
}

async fn join(
    State(portal): State<Portal>,
    Path((kind, id, to, to_id)): Path<(String, String, String, String)>,
    Input(types): Input<Vec<TypeInput>>,
) -> Answer {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    let input = PairInput { from: IdInput { id }, to: IdInput { id: to_id }, types };
    let made = portal.with(|state| link(&mut state.crm, kind, to, &input))?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn join_default(
    State(portal): State<Portal>,
    Path((kind, id, to, to_id)): Path<(String, String, String, String)>,
) -> Answer {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    portal.with(|state| {
        let one = state.crm.find(kind, &id, None)?.id;
        let other = state.crm.find(to, &to_id, None)?.id;
        let none = || ApiError::invalid(format!("{} have no {}", kind.plural(), to.plural()));
        let made = state.crm.links.add_default((kind, one), (to, other)).ok_or_else(none)?;
        let back = default_type(to, kind).map(|spec| default_json(&to_id, &id, spec));
        let results = [Some(default_json(&id, &to_id, made)), back].into_iter().flatten();
        Ok(complete(StatusCode::OK, results.collect(), Vec::new()))
    })
}

async fn part(
    State(portal): State<Portal>,
    Path((kind, id, to, to_id)): Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    portal.with(|state| {
        if let (Ok(one), Ok(other)) = (id.parse(), to_id.parse()) {
            state.crm.links.remove((kind, one), (to, other));
        }
    });
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn link(
    crm: &mut Crm,
    kind: ObjectKind,
    to: ObjectKind,
    input: &PairInput,
) -> Result<Value, ApiError> {
    let one = crm.find(kind, &input.from.id, None)?.id;
    let other = crm.find(to, &input.to.id, None)?.id;
    check_types(&input.types)?;
    let mut labels = Vec::new();
    for given in &input.types {
        let id = given.association_type_id;
        let spec = type_known(kind, to, id).filter(|_| given.is_hubspots());
        let spec = spec.ok_or_else(|| no_type(kind, id))?;
        crm.links.add((kind, one), (to, other), spec);
        labels.extend(spec.label());
    }
    Ok(json!({
        "fromObjectTypeId": kind.type_id(), "fromObjectId": one.to_string(),
        "toObjectTypeId": to.type_id(), "toObjectId": other.to_string(), "labels": labels,
    }))
}

pub(super) fn types_json(types: &[TypeSpec]) -> Vec<Value> {
    let shown = |spec: &TypeSpec| json!({"category": "HUBSPOT_DEFINED", "typeId": spec.id, "label": spec.label()});
    types.iter().map(shown).collect()
}

fn default_json(from: &str, to: &str, spec: TypeSpec) -> Value {
    json!({
        "from": {"id": from}, "to": {"id": to},
        "associationSpec": {
            "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": spec.id,
        },
    })
}
