//! CRM objects of any type by id, with what they are associated with.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::json;

use crate::associations::is_primary;
use crate::client::{HubSpot, Results};
use crate::paths::{ASSOCIATIONS, OBJECTS, below};

/// Most objects that a batch reads (docs/vendors/hubspot.md).
const LARGEST_BATCH: usize = 100;

/// Most related objects of a type that are listed: ten pages.
const MOST_PAGES: usize = 10;

/// A CRM object with the properties that were asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its id.
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    pub id: String,
    /// Property values; those without one are null.
    #[serde(default, deserialize_with = "lenient::texts")]
    properties: BTreeMap<String, String>,
    /// When it was made: RFC 3339.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// True if it was deleted.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub archived: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    associations: BTreeMap<String, Results<Related>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Related {
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    id: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::or_default")]
    kind: String,
}

/// HubSpot's documents do not agree whether this id is a number or a text.
#[derive(Clone, Debug, Deserialize)]
struct Listed {
    #[serde(rename = "toObjectId", deserialize_with = "bridge_domain::ids::text_or_number")]
    id: String,
}

/// The ids of related objects of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedIds {
    /// Each once, in HubSpot's order.
    pub all: Vec<String>,
    /// The one that is marked as primary.
    pub primary: Option<String>,
    /// True if HubSpot keeps back further ones; [`HubSpot::related_ids`] lists all.
    pub more: bool,
}

impl RelatedIds {
    /// The one that is marked as primary, else the first.
    pub fn main(self) -> Option<String> {
        self.primary.or_else(|| self.all.into_iter().next())
    }
}

/// The key by which ids are sorted, the newest first: HubSpot's ids grow.
pub fn newest_first(id: &str) -> Reverse<u64> {
    Reverse(id.parse().unwrap_or_default())
}

impl Object {
    /// The value of a property, if it has one.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The related objects of a type. An object related in two ways is listed
    /// twice by HubSpot, and once here.
    pub fn related(&self, to: &str) -> RelatedIds {
        let mut related = RelatedIds::default();
        let Some(list) = self.associations.get(to) else { return related };
        related.more = list.next().is_some();
        for one in &list.results {
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

    /// The ids of a record's related objects of a type, all of them: for who has more
    /// than HubSpot lists with the record. One call for each 500.
    pub async fn related_ids(
        &self,
        kind: &str,
        id: &str,
        to: &'static str,
    ) -> Result<Vec<String>, CallError> {
        let path = below(&ASSOCIATIONS, &[kind, id, "associations", to]);
        let call = Call::get("list associations", &path).query("limit", "500");
        let listed: Vec<Listed> = self.list(call, MOST_PAGES).await?;
        Ok(listed.into_iter().map(|one| one.id).collect())
    }

    /// Objects of a type by id, at most 100; those that are gone are left out.
    pub async fn objects(
        &self,
        kind: &'static str,
        ids: &[String],
        properties: &[&str],
    ) -> Result<Vec<Object>, CallError> {
        let inputs: Vec<_> = ids.iter().take(LARGEST_BATCH).map(|id| json!({ "id": id })).collect();
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
