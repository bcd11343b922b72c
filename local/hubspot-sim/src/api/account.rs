//! The portal itself, and what a token may do (docs/vendors/hubspot.md#account).

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::request::Request;
use super::{Answer, ok};
use crate::error::ApiError;
use crate::state::State;

pub(super) fn details(state: &State) -> Answer {
    ok(json!({
        "portalId": state.options.portal_id, "accountType": "STANDARD",
        "timeZone": "Europe/Berlin", "companyCurrency": "EUR", "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }))
}

pub(super) fn token(state: &State, request: &Request) -> Answer {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Input {
        token_key: String,
    }
    let (caller, input) = (&request.caller, request.read::<Input>()?);
    if caller.token.token != input.token_key {
        return Err(ApiError::of_status(StatusCode::UNAUTHORIZED));
    }
    let user = state.options.users.first().map(|user| user.user_id);
    ok(json!({
        "userId": user, "hubId": state.options.portal_id, "appId": caller.app_id,
        "scopes": caller.token.scopes,
    }))
}
