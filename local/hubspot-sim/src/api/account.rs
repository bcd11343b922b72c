//! The portal itself, and what a token may do (docs/vendors/hubspot.md#account).

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::Caller;
use crate::error::ApiError;
use crate::extract::Input;
use crate::portal::Portal;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenInput {
    token_key: String,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/account-info/v3/details", get(details))
        .route("/oauth/v2/private-apps/get/access-token-info", post(token))
}

async fn details(State(portal): State<Portal>) -> Json<Value> {
    let portal_id = portal.options(|options| options.portal_id);
    Json(json!({
        "portalId": portal_id, "accountType": "STANDARD", "timeZone": "Europe/Berlin",
        "companyCurrency": "EUR", "additionalCurrencies": [], "utcOffset": "+01:00",
        "utcOffsetMilliseconds": 3_600_000, "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }))
}

async fn token(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Input(input): Input<TokenInput>,
) -> Result<Json<Value>, ApiError> {
    if caller.token.token != input.token_key {
        return Err(ApiError::of_status(StatusCode::UNAUTHORIZED));
    }
    let (hub, user) = portal
        .options(|options| (options.portal_id, options.users.first().map(|user| user.user_id)));
    Ok(Json(json!({
        "userId": user, "hubId": hub, "appId": caller.app_id, "scopes": caller.token.scopes,
    })))
}
