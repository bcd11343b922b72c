//! `/crm/v3/properties/{type}`: definitions of properties and their groups
//! (docs/vendors/hubspot.md#properties).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::crm::{ObjectKind, Property};
use crate::error::ApiError;
use crate::extract::Input;
use crate::portal::Portal;

#[derive(Serialize, Deserialize)]
struct Group {
    name: String,
    label: String,
}

type Created<T> = Result<(StatusCode, Json<T>), ApiError>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/properties/{kind}", post(create))
        .route("/crm/v3/properties/{kind}/groups", post(create_group))
}

async fn create(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(property): Input<Property>,
) -> Created<Property> {
    let kind = ObjectKind::parse(&kind)?;
    let defined = portal.with(|state| state.crm.schema_mut(kind).define(property))?;
    Ok((StatusCode::CREATED, Json(defined)))
}

async fn create_group(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(group): Input<Group>,
) -> Created<Group> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| state.crm.schema_mut(kind).add_group(&group.name))?;
    Ok((StatusCode::CREATED, Json(group)))
}
