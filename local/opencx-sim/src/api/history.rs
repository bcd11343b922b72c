//! `GET /chat/sessions/{id}/history`: oldest first, page by page.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::history::HistoryItem;
use crate::sim::{OpenCxSim, Organization};

/// Items on a page: few, so that a caller who does not page shows itself.
const PAGE_SIZE: usize = 20;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    cursor: Option<String>,
}

/// Shows one page; `next` is the cursor of the page after it, or `null`.
pub(super) async fn show(
    State(sim): State<OpenCxSim>,
    Extension(organization): Extension<Organization>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Value>, ApiError> {
    let mut state = sim.state();
    let (session, _) = state.for_api(&organization.0, &id)?;
    let mut items = &session.items[..];
    // A cursor names the last item of the page before: items that come later do not shift pages.
    if let Some(cursor) = query.cursor {
        let last = items.iter().position(|item| item.id == cursor);
        let invalid = || ApiError::bad_request(format!("cursor {cursor:?} is not valid"));
        items = &items[last.ok_or_else(invalid)? + 1..];
    }
    let page = &items[..items.len().min(PAGE_SIZE)];
    let next = page.last().filter(|_| items.len() > page.len()).map(|item| &item.id);
    let shown: Vec<Value> = page.iter().map(HistoryItem::to_json).collect();
    Ok(Json(json!({ "items": shown, "next": next })))
}
