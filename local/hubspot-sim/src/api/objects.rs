//! CRM objects one at a time, their associations, and search (docs/vendors/hubspot.md#contacts,
//! docs/vendors/hubspot.md#tickets, docs/vendors/hubspot.md#associations).

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::request::{Request, page};
use super::{Answer, created, ok};
use crate::crm::{AssociationTo, Crm, Draft, ObjectKind, Record, SearchRequest, Values, type_from};
use crate::error::ApiError;
use crate::state::State;

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

pub(super) fn create(state: &mut State, kind: &str, request: &Request) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    let input: CreateInput = request.read()?;
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
    let id = state.create(kind, draft, request.origin())?;
    created(state.crm.find(kind, &id.to_string(), None)?.to_json_whole())
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

pub(super) fn read(state: &State, kind: &str, id: &str, request: &Request) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    let found = state.crm.find(kind, id, request.one("idProperty"))?;
    ok(shown(&state.crm, found, request)?)
}

pub(super) fn update(state: &mut State, kind: &str, id: &str, request: &Request) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    let UpdateInput { properties } = request.read()?;
    let id = state.crm.find(kind, id, request.one("idProperty"))?.id;
    state.update(kind, id, &properties, request.origin())?;
    let names: Vec<String> = properties.into_keys().collect();
    ok(state.crm.find(kind, &id.to_string(), None)?.to_json(&names))
}

pub(super) fn search(state: &State, kind: &str, request: &Request) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    if request.read::<Value>()?.to_string().chars().count() > MAX_SEARCH {
        let message = format!("The request is too long: at most {MAX_SEARCH} characters");
        return Err(ApiError::invalid(message));
    }
    let search: SearchRequest = request.read()?;
    let found = state.crm.search(kind, &search, state.options.search_lag)?;
    let names = state.crm.known(kind, &search.properties);
    let results = found.records.iter().map(|record| record.to_json(&names)).collect();
    let mut answer = page(results, found.next.map(|next| next.to_string()));
    answer["total"] = json!(found.total);
    ok(answer)
}

/// Lists associations. The specification has `toObjectId` as a string, HubSpot's guides show the
/// numbers that are here.
pub(super) fn associations(
    state: &State,
    (kind, id): (&str, &str),
    to: &str,
    request: &Request,
) -> Answer {
    let (kind, to) = (ObjectKind::parse(kind)?, ObjectKind::parse(to)?);
    let limit = request.limit(MAX_ASSOCIATIONS, MAX_ASSOCIATIONS)?;
    let from = state.crm.find(kind, id, None)?.id;
    let after = request.after().unwrap_or_default();
    let found = state.crm.associated((kind, from), to).split_off(&(after + 1));
    let next = found.keys().nth(limit).and(found.keys().nth(limit - 1)).map(u64::to_string);
    let ids = found.keys().take(limit).map(|id| json!({ "toObjectId": id }));
    ok(page(ids.collect(), next))
}

/// Returns an object with the properties and associations that the query asks for. Properties
/// that the portal does not know are left out without a word.
fn shown(crm: &Crm, record: &Record, request: &Request) -> Result<Value, ApiError> {
    let mut answer = record.to_json(&crm.known(record.kind, &request.list("properties")));
    let mut associations = Map::new();
    for name in request.list("associations") {
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
