//! `POST /crm/v3/objects/{type}/search`.

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::crm::{ObjectKind, SearchRequest};
use crate::error::ApiError;
use crate::extract::{Input, page};
use crate::portal::Portal;

/// Longest body, in characters.
const BODY_LIMIT: usize = 3_000;

pub(super) fn routes() -> Router<Portal> {
    Router::new().route("/crm/v3/objects/{kind}/search", post(search))
}

async fn search(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(body): Input<Value>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    if body.to_string().chars().count() > BODY_LIMIT {
        let message = format!("The request is too long: at most {BODY_LIMIT} characters");
        return Err(ApiError::invalid(message));
    }
    let request: SearchRequest = serde_json::from_value(body)
        .map_err(|error| ApiError::invalid(format!("Invalid input JSON: {error}")))?;
    portal.with(|state| {
        let found = state.crm.search(kind, &request, state.options.search_lag)?;
        let names = state.crm.known(kind, &request.properties);
        let results = found.records.iter().map(|record| record.to_json(&names)).collect();
        let mut answer = page(results, found.next.map(|next| next.to_string()));
        answer["total"] = json!(found.total);
        Ok(Json(answer))
    })
}
