//! Reading up to a hundred objects in a call (docs/vendors/hubspot.md#crm-record).

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::objects::IdInput;
use super::request::Request;
use super::{Answer, ok};
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::state::State;

/// The specification requires all but `idProperty`, and so does the portal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    inputs: Vec<IdInput>,
    properties: Vec<String>,
    #[serde(rename = "propertiesWithHistory")]
    _properties_with_history: Vec<String>,
    id_property: Option<String>,
}

/// Answers 207 as soon as one object is not there.
pub(super) fn read(state: &State, kind: &str, request: &Request) -> Answer {
    let (kind, input) = (ObjectKind::parse(kind)?, request.read::<Input>()?);
    if !(1..=100).contains(&input.inputs.len()) {
        return Err(ApiError::invalid("A batch request has between 1 and 100 inputs"));
    }
    let names = state.crm.known(kind, &input.properties);
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    for IdInput { id } in input.inputs {
        match state.crm.find(kind, &id, input.id_property.as_deref()) {
            Ok(record) => drop(found.insert(record.id, record.to_json(&names))),
            Err(error) if error.is_not_found() => missing.push(id),
            Err(error) => return Err(error),
        }
    }
    let mut answer = json!({ "status": "COMPLETE" });
    answer["results"] = found.into_values().collect();
    if missing.is_empty() {
        return ok(answer);
    }
    let message = format!("Could not get some {} objects.", kind.singular().to_uppercase());
    let error = ApiError::not_found(message).with("context", json!({"ids": missing}));
    answer["numErrors"] = json!(1);
    answer["errors"] = json!([error.into_entry()]);
    Ok((StatusCode::MULTI_STATUS, answer))
}
