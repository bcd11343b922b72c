//! `/crm/v3/pipelines/{type}`.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::extract::page;
use crate::portal::Portal;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/pipelines/{kind}", get(list))
        .route("/crm/v3/pipelines/{kind}/{id}", get(read))
        .route("/crm/v3/pipelines/{kind}/{id}/stages", get(stages))
}

async fn list(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(page(all(&portal, &kind)?, None)))
}

async fn read(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    one(&portal, &kind, &id).map(Json)
}

async fn stages(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let pipeline = one(&portal, &kind, &id)?;
    Ok(Json(json!({"results": pipeline["stages"]})))
}

fn one(portal: &Portal, kind: &str, id: &str) -> Result<Value, ApiError> {
    let found = all(portal, kind)?.into_iter().find(|pipeline| pipeline["id"] == id);
    found.ok_or_else(|| ApiError::not_found(format!("Pipeline {id} not found")))
}

fn all(portal: &Portal, kind: &str) -> Result<Vec<Value>, ApiError> {
    let kind = ObjectKind::parse(kind)?;
    Ok(portal.with(|state| {
        let pipelines = state.crm.pipelines(kind).iter().enumerate();
        pipelines.map(|(at, pipeline)| pipeline.to_json(kind, at)).collect()
    }))
}
