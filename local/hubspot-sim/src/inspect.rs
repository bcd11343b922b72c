//! Typed snapshots of the portal.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::conversations::{Message, Thread};
use crate::crm::{Crm, ObjectKind, Property, Record};
use crate::portal::Portal;

/// An object of the CRM with its associations; archived other ends are left out.
#[derive(Debug, Clone, Serialize)]
pub struct RecordView {
    pub id: String,
    pub properties: BTreeMap<String, String>,
    pub contacts: Vec<String>,
    pub companies: Vec<String>,
    pub deals: Vec<String>,
    pub tickets: Vec<String>,
    pub notes: Vec<String>,
    pub archived: bool,
}

impl RecordView {
    /// Returns a property's value; empty when it has none.
    pub fn get(&self, name: &str) -> &str {
        self.properties.get(name).map(String::as_str).unwrap_or_default()
    }

    fn of(crm: &Crm, record: &Record) -> Self {
        let ids = |to| {
            let all = crm.associated((record.kind, record.id), to);
            all.into_keys().map(|id| id.to_string()).collect()
        };
        Self {
            id: record.id.to_string(),
            properties: record.properties.clone(),
            contacts: ids(ObjectKind::Contact),
            companies: ids(ObjectKind::Company),
            deals: ids(ObjectKind::Deal),
            tickets: ids(ObjectKind::Ticket),
            notes: ids(ObjectKind::Note),
            archived: record.archived,
        }
    }
}

impl Portal {
    /// Returns every thread, oldest first, archived ones included.
    pub fn threads(&self) -> Vec<Thread> {
        self.with(|state| state.conversations.threads().cloned().collect())
    }

    pub fn thread(&self, id: &str) -> Option<Thread> {
        self.threads().into_iter().find(|thread| thread.id == id)
    }

    /// Returns the entries of a thread, oldest first; none for a thread that is not there.
    pub fn messages(&self, thread: &str) -> Vec<Message> {
        self.with(|state| state.conversations.messages(thread).to_vec())
    }

    /// Returns every object of a kind by id, archived ones included.
    pub fn records(&self, kind: ObjectKind) -> Vec<RecordView> {
        self.with(|state| {
            state.crm.all(kind).map(|record| RecordView::of(&state.crm, record)).collect()
        })
    }

    /// Returns one object, archived or not.
    pub fn record(&self, kind: ObjectKind, id: &str) -> Option<RecordView> {
        self.records(kind).into_iter().find(|record| record.id == id)
    }

    pub fn tickets(&self) -> Vec<RecordView> {
        self.records(ObjectKind::Ticket)
    }

    pub fn ticket(&self, id: &str) -> Option<RecordView> {
        self.record(ObjectKind::Ticket, id)
    }

    pub fn contacts(&self) -> Vec<RecordView> {
        self.records(ObjectKind::Contact)
    }

    pub fn notes(&self) -> Vec<RecordView> {
        self.records(ObjectKind::Note)
    }

    /// Returns the definition of a property, if the portal has it.
    pub fn property(&self, kind: ObjectKind, name: &str) -> Option<Property> {
        self.with(|state| state.crm.schema(kind).property(name).cloned())
    }
}
