//! CRM objects by id, for the record beside the session.

use std::collections::BTreeMap;

use bridge_http::{Call, CallError};
use serde::Deserialize;
use serde_json::json;

use crate::associations::is_primary;
use crate::client::{HubSpot, Results};
use crate::paths::{OBJECTS, below};

/// A CRM object with the properties that were asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its id.
    pub id: String,
    /// Property values; those without one are null.
    #[serde(default)]
    properties: BTreeMap<String, Option<String>>,
    /// When it was made: RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    associations: BTreeMap<String, Results<Related>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Related {
    id: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// The ids of related objects of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedIds {
    /// Each once, in HubSpot's order.
    pub all: Vec<String>,
    /// The one that is marked as primary.
    pub primary: Option<String>,
}

impl Object {
    /// The value of a property, if it has one.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.as_deref().filter(|value| !value.is_empty())
    }

    /// The related objects of a type. An object related in two ways is listed
    /// twice by HubSpot, and once here.
    pub fn related(&self, to: &str) -> RelatedIds {
        let mut related = RelatedIds::default();
        for one in self.associations.get(to).map(|list| list.results.as_slice()).unwrap_or_default()
        {
            if is_primary(&one.kind) {
                related.primary = Some(one.id.clone());
            }
            if !related.all.contains(&one.id) {
                related.all.push(one.id.clone());
            }
        }
        related
    }
}

impl HubSpot {
    /// A contact by email, with properties and the ids of companies, deals and tickets.
    pub async fn contact_record(
        &self,
        email: &str,
        properties: &[&str],
    ) -> Result<Option<Object>, CallError> {
        let call = Call::get("read contact record", &below(&OBJECTS, &["contacts", email]))
            .query("idProperty", "email");
        self.caller.find(with_relations(call, properties)).await
    }

    /// The same by contact id.
    pub async fn contact_record_by_id(
        &self,
        id: &str,
        properties: &[&str],
    ) -> Result<Option<Object>, CallError> {
        let call = Call::get("read contact record", &below(&OBJECTS, &["contacts", id]));
        self.caller.find(with_relations(call, properties)).await
    }

    /// Objects of a type by id, at most 100; those that are gone are left out.
    pub async fn objects(
        &self,
        kind: &'static str,
        ids: &[String],
        properties: &[&str],
    ) -> Result<Vec<Object>, CallError> {
        let inputs: Vec<_> = ids.iter().take(100).map(|id| json!({ "id": id })).collect();
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let body =
            json!({ "inputs": inputs, "properties": properties, "propertiesWithHistory": [] });
        let path = below(&OBJECTS, &[kind, "batch", "read"]);
        let call = Call::query_by_post("read objects", &path).json(body);
        self.caller.send::<Results<Object>>(call).await.map(|list| list.results)
    }
}

fn with_relations(call: Call, properties: &[&str]) -> Call {
    call.query("properties", properties.join(",")).query("associations", "companies,deals,tickets")
}
