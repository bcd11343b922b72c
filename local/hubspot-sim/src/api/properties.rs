//! `/crm/v3/properties/{type}`: definitions of properties and their groups
//! (docs/vendors/hubspot.md#properties).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::crm::{ObjectKind, Property};
use crate::error::ApiError;
use crate::extract::{Input, page};
use crate::portal::Portal;

#[derive(Deserialize)]
struct GroupInput {
    name: String,
    label: String,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/properties/{kind}", get(list).post(create))
        .route("/crm/v3/properties/{kind}/groups", post(create_group))
}

async fn list(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let all = state.crm.schema(kind).all();
        Ok(Json(page(all.map(Property::to_json).collect(), None)))
    })
}

async fn create(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(property): Input<Property>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    let defined = portal.with(|state| state.crm.schema_mut(kind).define(property))?;
    Ok((StatusCode::CREATED, Json(defined.to_json())))
}

async fn create_group(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(group): Input<GroupInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| state.crm.schema_mut(kind).add_group(&group.name))?;
    let shown = json!({"name": group.name, "label": group.label, "archived": false});
    Ok((StatusCode::CREATED, Json(shown)))
}
