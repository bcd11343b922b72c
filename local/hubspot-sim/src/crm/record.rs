//! One object of the CRM, and what search knows of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::ObjectKind;
use crate::clock;

/// An object: a contact, a company, a deal, a ticket or a note.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) kind: ObjectKind,
    pub(crate) id: u64,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) archived: bool,
    /// Each state it has been in, for search, which is late.
    history: Vec<(Instant, BTreeMap<String, String>)>,
}

impl Record {
    pub(super) fn new(kind: ObjectKind, id: u64, properties: BTreeMap<String, String>) -> Self {
        let now = clock::now_iso();
        let mut record = Self {
            kind,
            id,
            properties,
            created_at: now.clone(),
            updated_at: now.clone(),
            archived: false,
            history: Vec::new(),
        };
        record.properties.insert("hs_object_id".to_owned(), id.to_string());
        record.properties.insert(kind.created_property().to_owned(), now);
        record.touch();
        record
    }

    /// Stamps the change and lets search learn of it in time.
    pub(super) fn touch(&mut self) {
        self.updated_at = clock::now_iso();
        let modified = self.kind.modified_property().to_owned();
        self.properties.insert(modified, self.updated_at.clone());
        self.history.push((Instant::now(), self.properties.clone()));
    }

    /// The properties as search sees them `lag` after each write; `None` while it sees nothing.
    pub(super) fn as_indexed(&self, lag: Duration) -> Option<&BTreeMap<String, String>> {
        let settled = |(at, _): &&(Instant, _)| at.elapsed() >= lag;
        self.history.iter().rev().find(settled).map(|(_, properties)| properties)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// The answer of the API with these properties beside the three that are always there; those
    /// without a value are `null`. Without any asked for, the kind's defaults.
    pub(crate) fn to_json(&self, asked: &[String]) -> Value {
        let mut names: Vec<&str> = asked.iter().map(String::as_str).collect();
        if names.is_empty() {
            names.extend(self.kind.default_properties());
        }
        names.push("hs_object_id");
        names.push(self.kind.created_property());
        names.push(self.kind.modified_property());
        let shown: Map<String, Value> =
            names.into_iter().map(|name| (name.to_owned(), json!(self.get(name)))).collect();
        json!({
            "id": self.id.to_string(), "properties": shown, "archived": self.archived,
            "createdAt": self.created_at, "updatedAt": self.updated_at,
        })
    }

    /// The answer to a creation: everything that has a value.
    pub(crate) fn to_json_whole(&self) -> Value {
        let names: Vec<String> = self.properties.keys().cloned().collect();
        self.to_json(&names)
    }
}
