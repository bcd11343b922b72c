//! `GET /chat/sessions/{id}/history`: what happened, oldest first, page by page.

use crate::history::Item;
use crate::refusal::Refusal;
use crate::server::OpenCx;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Items on a page: few, so that a caller who does not page shows itself.
const PAGE: usize = 20;

/// The query of a page.
#[derive(Deserialize)]
pub(super) struct Page {
    cursor: Option<String>,
}

/// Shows one page; `next` is the cursor of the page after it, or `null`.
pub(super) async fn show(
    State(sim): State<OpenCx>,
    Path(id): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Refusal> {
    let state = sim.state();
    let session = state.session(&id).ok_or_else(|| Refusal::not_found("Session", &id))?;
    let start = start(&session.items, page.cursor.as_deref())?;
    let rest = session.items.get(start..).unwrap_or_default();
    let shown = rest.get(..PAGE).unwrap_or(rest);
    let more = rest.len() > shown.len();
    let next = shown.last().filter(|_| more).map(|item| &item.id);
    let items: Vec<Value> = shown.iter().map(Item::to_json).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

/// A cursor names the last item of the page before: items that come later do not shift the pages.
fn start(items: &[Item], cursor: Option<&str>) -> Result<usize, Refusal> {
    let Some(cursor) = cursor else { return Ok(0) };
    let last = items.iter().position(|item| item.id == cursor);
    last.map(|last| last + 1)
        .ok_or_else(|| Refusal::bad_request(format!("cursor {cursor:?} is not valid")))
}
