//! `/crm/v3/properties/{type}`: definitions of properties and their groups.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;

use super::answer::complete;
use super::input::Inputs;
use crate::crm::{Group, ObjectKind, Property, PropertyPatch, no_property};
use crate::error::ApiError;
use crate::extract::{Input, page};
use crate::portal::Portal;

type Made = Result<(StatusCode, Json<Value>), ApiError>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/properties/{kind}", get(list).post(create))
        .route("/crm/v3/properties/{kind}/batch/create", post(create_batch))
        .route("/crm/v3/properties/{kind}/groups", get(groups).post(create_group))
        .route("/crm/v3/properties/{kind}/groups/{name}", get(read_group))
        .route("/crm/v3/properties/{kind}/{name}", get(read).patch(update))
}

async fn list(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let all = state.crm.schema(kind).properties.values();
        Ok(Json(page(all.map(Property::to_json).collect(), None)))
    })
}

async fn read(
    State(portal): State<Portal>,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let found = state.crm.schema(kind).property(&name);
        found.map(|property| Json(property.to_json())).ok_or_else(|| no_property(&name))
    })
}

async fn create(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(property): Input<Property>,
) -> Made {
    let kind = ObjectKind::parse(&kind)?;
    let made = portal.with(|state| state.crm.schema_mut(kind).define(property))?;
    Ok((StatusCode::CREATED, Json(made.to_json())))
}

/// Each input for itself: the others are made although one is refused.
async fn create_batch(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(input): Input<Inputs<Property>>,
) -> Made {
    let kind = ObjectKind::parse(&kind)?;
    let inputs = input.checked(kind)?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    portal.with(|state| {
        for property in inputs {
            match state.crm.schema_mut(kind).define(property) {
                Ok(made) => results.push(made.to_json()),
                Err(error) => errors.push(error.into_entry()),
            }
        }
    });
    Ok(complete(StatusCode::CREATED, results, errors))
}

async fn update(
    State(portal): State<Portal>,
    Path((kind, name)): Path<(String, String)>,
    Input(patch): Input<PropertyPatch>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    let changed = portal.with(|state| state.crm.schema_mut(kind).redefine(&name, patch))?;
    Ok(Json(changed.to_json()))
}

async fn groups(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let all = state.crm.schema(kind).groups.values();
        Ok(Json(page(all.map(Group::to_json).collect(), None)))
    })
}

async fn read_group(
    State(portal): State<Portal>,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let found = state.crm.schema(kind).groups.get(&name).map(|group| Json(group.to_json()));
        found.ok_or_else(|| ApiError::not_found(format!("No property group named '{name}'.")))
    })
}

async fn create_group(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(group): Input<Group>,
) -> Made {
    let kind = ObjectKind::parse(&kind)?;
    let made = portal.with(|state| state.crm.schema_mut(kind).add_group(group))?;
    Ok((StatusCode::CREATED, Json(made.to_json())))
}
