//! `/conversations/v3/conversations/threads`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::desk::{Thread, ThreadStatus};
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::gate::Caller;
use crate::origin::Origin;
use crate::portal::Portal;

const BASE: &str = "/conversations/v3/conversations/threads";
const PAGE: usize = 100;
const PAGE_LIMIT: usize = 500;

#[derive(Debug, Deserialize)]
struct ThreadPatch {
    status: Option<ThreadStatus>,
    archived: Option<bool>,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route(BASE, get(list))
        .route(&format!("{BASE}/{{id}}"), get(read).patch(update).delete(archive))
}

async fn list(State(portal): State<Portal>, params: Params) -> Result<Json<Value>, ApiError> {
    let limit = params.limit(PAGE, PAGE_LIMIT)?;
    check_filters(&params)?;
    portal.with(|state| {
        let mut found: Vec<&Thread> =
            state.desk.threads().filter(|thread| selected(thread, &params)).collect();
        match params.one("sort") {
            Some("latestMessageTimestamp") => {
                found.sort_by_key(|one| &one.latest_message_timestamp);
            }
            Some("-id") => found.reverse(),
            Some("-latestMessageTimestamp") => {
                found.sort_by_key(|one| std::cmp::Reverse(&one.latest_message_timestamp));
            }
            _ => {}
        }
        let start = params.one("after").and_then(|text| text.parse().ok()).unwrap_or(0);
        let end = found.len().min(limit.saturating_add(start));
        let next = (end < found.len()).then(|| end.to_string());
        let shown = found.into_iter().take(end).skip(start);
        Ok(Json(page(shown.map(|thread| thread.to_json(with_ticket(&params))).collect(), next)))
    })
}

fn check_filters(params: &Params) -> Result<(), ApiError> {
    let by_contact = params.one("associatedContactId").is_some();
    let sort = params.one("sort").unwrap_or("id");
    let message = if by_contact && params.one("threadStatus").is_none() {
        "threadStatus is required with associatedContactId"
    } else if by_contact && params.one("inboxId").is_some() {
        "associatedContactId cannot be combined with inboxId"
    } else if sort.starts_with('-') && !by_contact {
        "Descending sort requires associatedContactId"
    } else if sort.ends_with("latestMessageTimestamp")
        && params.one("latestMessageTimestampAfter").is_none()
    {
        "Sorting by latestMessageTimestamp requires latestMessageTimestampAfter"
    } else if !["id", "-id", "latestMessageTimestamp", "-latestMessageTimestamp"].contains(&sort) {
        "sort must be id or latestMessageTimestamp"
    } else {
        return Ok(());
    };
    Err(ApiError::invalid(message))
}

fn selected(thread: &Thread, params: &Params) -> bool {
    let is = |name: &str, held: &str| params.one(name).is_none_or(|wanted| wanted == held);
    let latest = thread.latest_message_timestamp.as_deref().unwrap_or_default();
    thread.archived == params.flag("archived")
        && is("associatedContactId", &thread.associated_contact_id)
        && is("associatedTicketId", thread.ticket.as_deref().unwrap_or_default())
        && is("threadStatus", thread.status.name())
        && is("inboxId", &thread.inbox_id)
        && params.one("latestMessageTimestampAfter").is_none_or(|after| latest > after)
}

fn with_ticket(params: &Params) -> bool {
    params.list("association").iter().any(|name| name == "TICKET")
}

async fn read(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        let thread = state.desk.any_thread(&id)?;
        if thread.archived != params.flag("archived") {
            return Err(ApiError::not_found(format!("Thread {id} not found")));
        }
        Ok(Json(thread.to_json(with_ticket(&params))))
    })
}

/// Takes a status, or brings a thread back from the archive; nothing else.
async fn update(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    params: Params,
    Input(patch): Input<ThreadPatch>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        match patch {
            ThreadPatch { archived: Some(true), .. }
            | ThreadPatch { status: None, archived: None } => {
                return Err(ApiError::invalid("A thread takes a status, or archived: false"));
            }
            ThreadPatch { archived: Some(false), .. } if params.flag("archived") => {
                state.desk.thread_mut(&id)?.archived = false;
            }
            _ => {}
        }
        state.desk.thread(&id)?;
        if let Some(status) = patch.status {
            state.set_status(&id, status, Origin::App(caller.app_id))?;
        }
        Ok(Json(state.desk.thread(&id)?.to_json(false)))
    })
}

async fn archive(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    portal.with(|state| {
        state.desk.thread(&id)?;
        state.desk.thread_mut(&id)?.archived = true;
        Ok(StatusCode::NO_CONTENT)
    })
}
