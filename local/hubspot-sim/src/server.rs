//! The routes of the portal: HubSpot's API behind the gate, the control routes beside it.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::error::ApiError;
use crate::portal::Portal;
use crate::{api, control, gate};

pub(crate) fn router(portal: Portal) -> Router {
    let hubspot = api::routes()
        .fallback(async || ApiError::no_route())
        .method_not_allowed_fallback(async || ApiError::no_method())
        .layer(from_fn_with_state(portal.clone(), gate::pass));
    Router::new().nest("/sim", control::routes()).merge(hubspot).with_state(portal)
}
