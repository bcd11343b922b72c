//! `/crm/v3/objects/{type}`: one object at a time, its associations, and search
//! (docs/vendors/hubspot.md#contacts, #tickets, #notes, #associations, #search).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use crate::access::Caller;
use crate::crm::{AssociationTo, Crm, Draft, ObjectKind, Record, SearchRequest, Values, type_from};
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::origin::Origin;
use crate::portal::Portal;

/// Longest body of a search, in characters.
const MAX_SEARCH: usize = 3_000;
/// Associations that come along with an object; whether HubSpot stops there is not documented.
const MAX_INLINE: usize = 100;
const MAX_ASSOCIATIONS: usize = 500;

/// A reference by id: a string, as the specification says.
#[derive(Deserialize)]
pub(super) struct IdInput {
    pub(super) id: String,
}

#[derive(Deserialize)]
struct CreateInput {
    #[serde(deserialize_with = "property_values")]
    properties: Values,
    #[serde(default)]
    associations: Vec<AssociationInput>,
}

#[derive(Deserialize)]
struct UpdateInput {
    #[serde(deserialize_with = "property_values")]
    properties: Values,
}

#[derive(Deserialize)]
struct AssociationInput {
    to: IdInput,
    types: Vec<TypeInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypeInput {
    association_category: String,
    association_type_id: u16,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/objects/{kind}", post(create))
        .route("/crm/v3/objects/{kind}/{id}", get(read).patch(update))
        .route("/crm/v3/objects/{kind}/search", post(search))
        .route("/crm/v4/objects/{kind}/{id}/associations/{to}", get(associations))
}

async fn create(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Input(input): Input<CreateInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    let mut associations = Vec::new();
    for AssociationInput { to, types } in &input.associations {
        if types.is_empty() {
            return Err(ApiError::invalid("An association needs at least one type"));
        }
        for one in types {
            associations.push(association(kind, &to.id, one)?);
        }
    }
    let draft = Draft { properties: input.properties, associations };
    portal.with(|state| {
        let id = state.create(kind, draft, Origin::App(caller.app_id))?;
        let created = state.crm.find(kind, &id.to_string(), None)?;
        Ok((StatusCode::CREATED, Json(created.to_json_whole())))
    })
}

/// Reads an association: the id of its type tells the kind of the other end.
fn association(from: ObjectKind, to: &str, given: &TypeInput) -> Result<AssociationTo, ApiError> {
    let type_id = given.association_type_id;
    let found =
        type_from(from, type_id).filter(|_| given.association_category == "HUBSPOT_DEFINED");
    let (kind, association_type) = found.ok_or_else(|| {
        let from = from.plural();
        ApiError::invalid(format!("Association type {type_id} is not valid for {from}"))
    })?;
    let id = to.parse().map_err(|_| ApiError::invalid(format!("{to} is not an object id")))?;
    Ok(AssociationTo { kind, id, association_type })
}

async fn read(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let found = state.crm.find(kind, &id, params.one("idProperty"))?;
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

async fn search(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
    Input(body): Input<Value>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    if body.to_string().chars().count() > MAX_SEARCH {
        let message = format!("The request is too long: at most {MAX_SEARCH} characters");
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

/// Lists associations. The specification has `toObjectId` as a string, HubSpot's guides show the
/// numbers that are here.
async fn associations(
    State(portal): State<Portal>,
    Path((kind, id, to)): Path<(String, String, String)>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let (kind, to) = (ObjectKind::parse(&kind)?, ObjectKind::parse(&to)?);
    let limit = params.limit(MAX_ASSOCIATIONS, MAX_ASSOCIATIONS)?;
    let after: u64 = params.after().unwrap_or_default();
    portal.with(|state| {
        let from = state.crm.find(kind, &id, None)?.id;
        let found = state.crm.associated((kind, from), to).split_off(&(after + 1));
        let next = found.keys().nth(limit).and(found.keys().nth(limit - 1)).map(u64::to_string);
        let ids = found.keys().take(limit).map(|id| json!({ "toObjectId": id }));
        Ok(Json(page(ids.collect(), next)))
    })
}

/// Returns an object with the properties and associations that the query asks for. Properties
/// that the portal does not know are left out without a word.
fn shown(crm: &Crm, record: &Record, params: &Params) -> Result<Value, ApiError> {
    let mut answer = record.to_json(&crm.known(record.kind, &params.list("properties")));
    let mut associations = Map::new();
    for name in params.list("associations") {
        let to = ObjectKind::parse(&name)?;
        let mut results = associated(crm, record, to);
        if !results.is_empty() {
            let more = results.len() > MAX_INLINE;
            results.truncate(MAX_INLINE);
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

/// Returns one entry per type: a primary company appears twice, as HubSpot shows it.
fn associated(crm: &Crm, record: &Record, to: ObjectKind) -> Vec<Value> {
    let mut results = Vec::new();
    for (id, types) in crm.associated((record.kind, record.id), to) {
        for one in types {
            results.push(json!({"id": id.to_string(), "type": one.name(record.kind, to)}));
        }
    }
    results
}

/// Reads property values: strings; numbers and booleans are taken as their text, anything else is
/// rejected.
fn property_values<'de, D: Deserializer<'de>>(from: D) -> Result<Values, D::Error> {
    let mut values = Values::new();
    for (name, value) in Map::deserialize(from)? {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            other => {
                return Err(serde::de::Error::custom(format!(
                    "Cannot deserialize value of type `java.lang.String` from {other}"
                )));
            }
        };
        values.insert(name, text);
    }
    Ok(values)
}
