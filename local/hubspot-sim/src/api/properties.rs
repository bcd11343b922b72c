//! Definitions of properties and their groups (docs/vendors/hubspot.md#properties).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::request::Request;
use super::{Answer, created};
use crate::crm::ObjectKind;
use crate::state::State;

#[derive(Serialize, Deserialize)]
struct Group {
    name: String,
    label: String,
}

pub(super) fn create(state: &mut State, kind: &str, request: &Request) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    created(json!(state.crm.schema_mut(kind).define(request.read()?)?))
}

pub(super) fn create_group(state: &mut State, kind: &str, request: &Request) -> Answer {
    let group: Group = request.read()?;
    state.crm.schema_mut(ObjectKind::parse(kind)?).add_group(&group.name)?;
    created(json!(group))
}
