//! The objects of the portal, and the only ways to create, change and archive them.

use std::collections::BTreeMap;

use super::pipeline::Pipeline;
use super::{Links, ObjectKind, Record, Schema, TypeSpec};
use crate::error::ApiError;
use crate::options::PortalOptions;

/// The CRM.
#[derive(Debug, Clone)]
pub(crate) struct Crm {
    pub(super) portal_id: u64,
    pub(super) owners: Vec<u64>,
    pub(super) records: BTreeMap<(ObjectKind, u64), Record>,
    /// Objects that went into another one, whose id answers with that one.
    pub(super) merged: BTreeMap<(ObjectKind, u64), u64>,
    pub(crate) links: Links,
    schemas: [Schema; 5],
    pub(super) ticket_pipelines: Vec<Pipeline>,
    pub(super) deal_pipelines: Vec<Pipeline>,
    next: [u64; 5],
}

/// An object to be made.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) associations: Vec<LinkTo>,
}

/// An association that a new object is to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkTo {
    pub(crate) kind: ObjectKind,
    pub(crate) id: u64,
    pub(crate) spec: TypeSpec,
}

/// A property that got another value; empty when it was cleared.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Crm {
    pub(crate) fn new(options: &PortalOptions) -> Self {
        let active = options.users.iter().filter(|user| !user.archived);
        Self {
            portal_id: options.portal_id,
            owners: active.map(|user| user.owner_id).collect(),
            records: BTreeMap::new(),
            merged: BTreeMap::new(),
            links: Links::default(),
            schemas: ObjectKind::ALL.map(Schema::of),
            ticket_pipelines: options.ticket_pipelines.clone(),
            deal_pipelines: vec![Pipeline::default_deals()],
            next: ObjectKind::ALL.map(ObjectKind::first_id),
        }
    }

    /// From now on nobody can be given anything by this owner id.
    pub(crate) fn forget_owner(&mut self, owner: u64) {
        self.owners.retain(|known| *known != owner);
    }

    pub(crate) fn schema(&self, kind: ObjectKind) -> &Schema {
        &self.schemas[kind as usize]
    }

    pub(crate) fn schema_mut(&mut self, kind: ObjectKind) -> &mut Schema {
        &mut self.schemas[kind as usize]
    }

    /// Creates an object and returns its id.
    pub(crate) fn create(&mut self, kind: ObjectKind, draft: Draft) -> Result<u64, ApiError> {
        let mut values = self.checked(kind, None, &draft.properties)?;
        values.retain(|_, value| !value.is_empty());
        self.complete(kind, &mut values)?;
        self.check_ends(&draft.associations)?;
        let id = self.next[kind as usize];
        self.next[kind as usize] += 1;
        let mut record = Record::new(kind, id, values);
        self.compute(&mut record);
        self.records.insert((kind, id), record);
        for link in draft.associations {
            self.links.add((kind, id), (link.kind, link.id), link.spec);
        }
        Ok(id)
    }

    /// Changes an object and returns what is different now.
    pub(crate) fn update(
        &mut self,
        kind: ObjectKind,
        id: u64,
        properties: &BTreeMap<String, String>,
    ) -> Result<Vec<Change>, ApiError> {
        let Some(record) = self.records.get(&(kind, id)) else {
            return Err(ApiError::not_found("resource not found"));
        };
        let mut after = record.clone();
        let mut changes = Vec::new();
        for (name, value) in self.checked(kind, Some(record), properties)? {
            if record.get(&name).unwrap_or_default() != value {
                changes.push(Change { name: name.clone(), value: value.clone() });
            }
            if value.is_empty() {
                after.properties.remove(&name);
            } else {
                after.properties.insert(name, value);
            }
        }
        self.check_stage(kind, &mut after.properties)?;
        self.compute(&mut after);
        after.touch();
        self.records.insert((kind, id), after);
        Ok(changes)
    }

    /// Sets a property that only HubSpot itself sets.
    pub(crate) fn stamp(&mut self, kind: ObjectKind, id: u64, name: &str, value: &str) {
        if let Some(record) = self.records.get_mut(&(kind, id)) {
            record.properties.insert(name.to_owned(), value.to_owned());
            record.touch();
        }
    }

    /// Lets an object go into another one of its kind.
    pub(crate) fn merge(&mut self, kind: ObjectKind, into: u64, from: u64) {
        self.archive(kind, &from.to_string());
        self.merged.insert((kind, from), into);
    }

    /// Archives an object; one that is not there, or is archived already, stays as it is.
    pub(crate) fn archive(&mut self, kind: ObjectKind, id: &str) {
        let id = id.parse().unwrap_or_default();
        if let Some(record) = self.records.get_mut(&(kind, id)) {
            record.archived = true;
        }
    }
}
