//! An object of the CRM, and the states of it that search has seen.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use sim_kit::clock;
use tokio::time::Instant;

use super::ObjectKind;

/// Properties by name.
pub(crate) type Values = BTreeMap<String, String>;

/// Makes property values out of borrowed ones.
pub(crate) fn owned(properties: &[(&str, &str)]) -> Values {
    properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A contact, a company, a deal, a ticket or a note.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) kind: ObjectKind,
    pub(crate) id: u64,
    pub(crate) properties: Values,
    created_at: String,
    pub(crate) archived: bool,
    /// Each state it has been in, for search, which lags behind.
    history: Vec<(Instant, Values)>,
}

impl Record {
    /// Makes an object that search does not know yet.
    pub(super) fn new(kind: ObjectKind, id: u64, properties: Values) -> Self {
        let created_at = clock::now_iso();
        let mut record =
            Self { kind, id, properties, created_at, archived: false, history: Vec::new() };
        record.set("hs_object_id", id.to_string());
        record.set(kind.created_property(), record.created_at.clone());
        record
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        self.properties.insert(name.to_owned(), value);
    }

    /// Stamps a change, which search sees later.
    pub(super) fn touch(&mut self) {
        self.set(self.kind.modified_property(), clock::now_iso());
        self.history.push((Instant::now(), self.properties.clone()));
    }

    /// Returns the properties as search sees them `lag` after each write.
    pub(super) fn as_indexed(&self, lag: Duration) -> Option<&Values> {
        let settled = |(at, _): &&(Instant, _)| at.elapsed() >= lag;
        self.history.iter().rev().find(settled).map(|(_, properties)| properties)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// Returns the API's answer with these properties beside the three that are always there;
    /// those without a value are `null`.
    pub(crate) fn to_json(&self, asked: &[String]) -> Value {
        let always = ["hs_object_id", self.kind.created_property(), self.kind.modified_property()];
        let names = asked.iter().map(String::as_str).chain(always);
        let shown: Map<String, Value> =
            names.map(|name| (name.to_owned(), json!(self.get(name)))).collect();
        json!({
            "id": self.id.to_string(), "properties": shown, "archived": self.archived,
            "createdAt": self.created_at, "updatedAt": self.get(self.kind.modified_property()),
        })
    }

    /// Returns the answer to a creation: everything that has a value.
    pub(crate) fn to_json_whole(&self) -> Value {
        let names: Vec<String> = self.properties.keys().cloned().collect();
        self.to_json(&names)
    }
}
