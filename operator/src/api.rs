//! The operator's routes of the console: health, parked events, search.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bridge_console::is_echo;
use bridge_store::Step;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::connect::Operator;
use crate::parked::{self, Action};
use crate::problem::Problem;
use crate::{settings, status, trace};

/// The days that a search reads.
const SEARCHED_DAYS: u16 = 3;

/// The rights of whoever uses the console.
#[derive(Clone, Copy, Debug)]
pub struct ApiOptions {
    /// True if nothing may be redriven or discarded.
    pub read_only: bool,
    /// True if the messages of events are shown, which may hold customers' words.
    pub bodies: bool,
    /// Time that an uncertain effect may take to show before a redrive.
    pub settle: Duration,
}

#[derive(Clone)]
struct ApiState {
    operator: Operator,
    options: ApiOptions,
    /// The last check of each organisation's settings.
    checks: Arc<Mutex<BTreeMap<String, Value>>>,
}

/// Returns the routes, without a prefix.
pub fn console_api(operator: Operator, options: ApiOptions) -> Router {
    let state = ApiState { operator, options, checks: Arc::default() };
    let mut routes = Router::new()
        .route("/status", get(health))
        .route("/orgs/{org}/check", post(check))
        .route("/parked", get(list_parked))
        .route("/event", get(show_event))
        .route("/find", get(find));
    if !options.read_only {
        routes = routes
            .route("/parked/{id}/redrive", post(redrive))
            .route("/parked/{id}/discard", post(discard));
    }
    routes.with_state(state)
}

type Answer = Result<Json<Value>, Problem>;

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Usage(_) => StatusCode::BAD_REQUEST,
            Self::NothingMatched(_) => StatusCode::NOT_FOUND,
            Self::Partly(_) => StatusCode::CONFLICT,
            Self::Failed(_) | Self::NoReader | Self::Aws { .. } => StatusCode::BAD_GATEWAY,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

async fn health(State(state): State<ApiState>) -> Answer {
    let orgs = state.operator.app.table.orgs().await?;
    let mut healths = status::of_orgs(&state.operator, &orgs).await?;
    let checks = state.checks.lock().unwrap_or_else(PoisonError::into_inner);
    for (org, health) in orgs.iter().zip(&mut healths) {
        health["last_check"] = checks.get(org.as_str()).cloned().unwrap_or_default();
    }
    Ok(Json(json!(healths)))
}

/// Tries the settings of an organisation out, and remembers the result while this process runs.
async fn check(State(state): State<ApiState>, Path(org): Path<String>) -> Answer {
    let (findings, _) = settings::findings(&state.operator, &org, false).await?;
    let result = json!({
        "at": jiff::Timestamp::now().to_string(),
        "wrong": findings.wrong_count(),
        "findings": findings.to_json(),
    });
    let mut checks = state.checks.lock().unwrap_or_else(PoisonError::into_inner);
    checks.insert(org, result.clone());
    Ok(Json(result))
}

async fn list_parked(State(state): State<ApiState>) -> Answer {
    Ok(Json(json!(parked::all(&state.operator).await?)))
}

async fn redrive(State(state): State<ApiState>, Path(id): Path<String>) -> Answer {
    let action = Action::Redrive { settle: state.options.settle };
    parked::act_on_one(&state.operator, &id, action).await.map(Json)
}

async fn discard(State(state): State<ApiState>, Path(id): Path<String>) -> Answer {
    parked::act_on_one(&state.operator, &id, Action::Discard).await.map(Json)
}

#[derive(Deserialize)]
struct EventQuery {
    org: String,
    function: String,
    event_id: String,
    day: String,
}

/// Shows the steps of an event, and its message as far as it is kept and may be shown.
async fn show_event(State(state): State<ApiState>, Query(query): Query<EventQuery>) -> Answer {
    let EventQuery { org, function, event_id, day } = &query;
    let found = trace::event(&state.operator, (org, function, event_id, day)).await?;
    let Some(stored) = found else {
        return Err(Problem::NothingMatched("it has no outcome yet".to_owned()));
    };
    let steps = stored.journal.steps().map(|(name, step)| {
        let result = if matches!(step, Step::Done(_)) { "done" } else { "begun, result unknown" };
        (name.to_owned(), Value::from(result))
    });
    let steps: serde_json::Map<String, Value> = steps.collect();
    let kept = if state.options.bodies {
        state.operator.app.table.kept_body(&stored).await?
    } else {
        None
    };
    Ok(Json(json!({ "steps": steps, "body": kept.map(|kept| kept.body) })))
}

#[derive(Deserialize)]
struct Word {
    word: String,
}

async fn find(State(state): State<ApiState>, Query(Word { word }): Query<Word>) -> Answer {
    if word.trim().is_empty() {
        return Err(Problem::Usage("name what to look for".to_owned()));
    }
    let orgs = state.operator.app.table.orgs().await?;
    let mut found = trace::find(&state.operator, &orgs, word.trim(), SEARCHED_DAYS).await?;
    found.events.retain(|record| !is_echo(record.reason.as_deref()));
    let links = found.links.iter().map(|link| format!("{} {} of {}", link.kind, link.id, link.org));
    let links: Vec<String> = links.collect();
    Ok(Json(json!({ "links": links, "events": found.events, "days": SEARCHED_DAYS })))
}
