//! The control routes under `/sim`: acting in the portal and looking into it with `curl`. They
//! need no token, are not counted and are no part of HubSpot's API.

mod acts;
mod looks;
mod trouble;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;

use crate::error::ApiError;
use crate::portal::Portal;
use crate::refused::Refused;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.to_string()}))).into_response()
    }
}

/// Every control route, without the prefix.
pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .merge(acts::routes())
        .merge(looks::routes())
        .merge(trouble::routes())
        .fallback(async || ApiError::no_route())
}
