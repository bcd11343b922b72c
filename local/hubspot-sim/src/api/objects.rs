//! `/crm/v3/objects/{type}`: one object at a time.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Map, Value, json};

use super::input::{CreateInput, UpdateInput};
use crate::crm::{Crm, ObjectKind, Record};
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::gate::Caller;
use crate::origin::Origin;
use crate::portal::Portal;

const PAGE: usize = 10;
const PAGE_LIMIT: usize = 100;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/objects/{kind}", get(list).post(create))
        .route("/crm/v3/objects/{kind}/{id}", get(read).patch(update).delete(archive))
}

async fn list(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    let limit = params.limit(PAGE, PAGE_LIMIT)?;
    let after: u64 = params.one("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    portal.with(|state| {
        let mut rest = state.crm.of_kind(kind).filter(|record| record.id > after).peekable();
        let mut results = Vec::new();
        let mut last = after;
        for record in rest.by_ref().take(limit) {
            last = record.id;
            results.push(shown(&state.crm, record, &params)?);
        }
        Ok(Json(page(results, rest.peek().map(|_| last.to_string()))))
    })
}

async fn create(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Input(input): Input<CreateInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    let draft = input.into_draft(kind)?;
    portal.with(|state| {
        let id = state.create(kind, draft, Origin::App(caller.app_id))?;
        let made = state.crm.find(kind, &id.to_string(), None)?;
        Ok((StatusCode::CREATED, Json(made.to_json_whole())))
    })
}

async fn read(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let found = if params.flag("archived") {
            state.crm.find_archived(kind, &id)?
        } else {
            state.crm.find(kind, &id, params.one("idProperty"))?
        };
        shown(&state.crm, found, &params).map(Json)
    })
}

async fn update(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
    Input(input): Input<UpdateInput>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let id = state.crm.find(kind, &id, params.one("idProperty"))?.id;
        state.update(kind, id, &input.properties, Origin::App(caller.app_id))?;
        let names: Vec<String> = input.properties.into_keys().collect();
        state.crm.find(kind, &id.to_string(), None).map(|after| Json(after.to_json(&names)))
    })
}

/// HubSpot answers 204 also for what was not there.
async fn archive(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| state.crm.archive(kind, &id));
    Ok(StatusCode::NO_CONTENT)
}

/// How many associations come along with an object; whether HubSpot stops there is not documented.
const INLINE: usize = 100;

/// An object with the properties and associations that the query asks for. Properties that the
/// portal does not know are left out without a word.
fn shown(crm: &Crm, record: &Record, params: &Params) -> Result<Value, ApiError> {
    let mut answer = record.to_json(&crm.known(record.kind, &params.list("properties")));
    let mut associations = Map::new();
    for name in params.list("associations") {
        let to = ObjectKind::parse(&name)?;
        let mut results = associated(crm, record, to);
        if !results.is_empty() {
            let more = results.len() > INLINE;
            results.truncate(INLINE);
            let after = results.last().filter(|_| more).and_then(|last| last["id"].as_str());
            let list = page(results.clone(), after.map(str::to_owned));
            associations.insert(to.plural().to_owned(), list);
        }
    }
    if !associations.is_empty() {
        answer["associations"] = Value::Object(associations);
    }
    Ok(answer)
}

/// One entry per type: a main company appears twice, as HubSpot shows it.
fn associated(crm: &Crm, record: &Record, to: ObjectKind) -> Vec<Value> {
    let mut results = Vec::new();
    for (id, types) in crm.associated((record.kind, record.id), to) {
        for spec in types {
            let name = spec.name(record.kind, to);
            results.push(json!({"id": id.to_string(), "type": name}));
        }
    }
    results
}
