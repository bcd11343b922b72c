//! The objects of the portal, and the only ways to create, change, merge and delete them.

use std::collections::BTreeMap;

use super::ObjectKind;
use super::associations::{AssociationType, Associations};
use super::pipeline::Pipeline;
use super::property::Schema;
use super::record::{Record, Values};
use crate::error::ApiError;
use crate::options::{PortalOptions, ValidationForm};

/// The CRM.
#[derive(Debug)]
pub(crate) struct Crm {
    pub(super) portal_id: u64,
    pub(super) form: ValidationForm,
    pub(super) owners: Vec<u64>,
    pub(super) records: BTreeMap<(ObjectKind, u64), Record>,
    /// The survivors of merged objects, by the ids that are no more.
    pub(super) merged: BTreeMap<(ObjectKind, u64), u64>,
    pub(super) merged_ids_are_gone: bool,
    pub(crate) associations: Associations,
    schemas: [Schema; 5],
    ticket_pipelines: Vec<Pipeline>,
    deal_pipelines: Vec<Pipeline>,
    next: [u64; 5],
}

/// An object to be created.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) properties: Values,
    pub(crate) associations: Vec<AssociationTo>,
}

/// An association that a new object is to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AssociationTo {
    pub(crate) kind: ObjectKind,
    pub(crate) id: u64,
    pub(crate) association_type: AssociationType,
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
            form: options.validation_form,
            owners: active.map(|user| user.owner_id).collect(),
            records: BTreeMap::new(),
            merged: BTreeMap::new(),
            merged_ids_are_gone: options.merged_ids_are_gone,
            associations: Associations::default(),
            schemas: ObjectKind::ALL.map(Schema::of),
            ticket_pipelines: options.ticket_pipelines.clone(),
            deal_pipelines: vec![Pipeline::default_deals()],
            next: ObjectKind::ALL.map(ObjectKind::first_id),
        }
    }

    /// Removes an owner: nothing can be given to this id any more.
    pub(crate) fn remove_owner(&mut self, owner: u64) {
        self.owners.retain(|known| *known != owner);
    }

    pub(crate) fn schema(&self, kind: ObjectKind) -> &Schema {
        &self.schemas[kind as usize]
    }

    pub(crate) fn schema_mut(&mut self, kind: ObjectKind) -> &mut Schema {
        &mut self.schemas[kind as usize]
    }

    /// Returns the pipelines of a kind; only tickets and deals have any.
    pub(crate) fn pipelines(&self, kind: ObjectKind) -> &[Pipeline] {
        match kind {
            ObjectKind::Ticket => &self.ticket_pipelines,
            ObjectKind::Deal => &self.deal_pipelines,
            _ => &[],
        }
    }

    /// Creates an object and returns its id.
    pub(crate) fn create(&mut self, kind: ObjectKind, draft: Draft) -> Result<u64, ApiError> {
        let mut values = self.checked(kind, None, &draft.properties)?;
        values.retain(|_, value| !value.is_empty());
        self.check_required(kind, &values)?;
        self.check_stage(kind, &mut values)?;
        self.check_ends(&draft.associations)?;
        let id = self.insert(kind, values);
        for to in draft.associations {
            self.associations.add((kind, id), (to.kind, to.id), to.association_type);
        }
        Ok(id)
    }

    /// Changes an object and returns the properties that got another value.
    pub(crate) fn update(
        &mut self,
        kind: ObjectKind,
        id: u64,
        properties: &Values,
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
            record.set(name, value.to_owned());
            record.touch();
        }
    }

    /// Merges an object into another one of its kind: empty properties are filled, associations
    /// move. Returns the number of properties that were filled.
    pub(crate) fn merge(&mut self, kind: ObjectKind, from: u64, into: u64) -> usize {
        let Some(mut gone) = self.records.remove(&(kind, from)) else { return 0 };
        gone.archived = true;
        let mut filled = 0;
        if let Some(survivor) = self.records.get_mut(&(kind, into)) {
            for (name, value) in &gone.properties {
                if survivor.get(name).is_none() {
                    survivor.set(name, value.clone());
                    filled += 1;
                }
            }
            survivor.touch();
        }
        self.records.insert((kind, from), gone);
        self.associations.transfer((kind, from), (kind, into));
        self.merged.insert((kind, from), into);
        filled
    }

    /// Copies an object and returns the copy's id.
    pub(crate) fn copy(&mut self, kind: ObjectKind, id: u64) -> u64 {
        let original = self.records.get(&(kind, id));
        let properties = original.map(|record| record.properties.clone()).unwrap_or_default();
        self.insert(kind, properties)
    }

    fn insert(&mut self, kind: ObjectKind, properties: Values) -> u64 {
        let id = self.next[kind as usize];
        self.next[kind as usize] += 1;
        let mut record = Record::new(kind, id, properties);
        self.compute(&mut record);
        record.touch();
        self.records.insert((kind, id), record);
        id
    }

    /// Archives an object; returns whether it was there.
    pub(crate) fn archive(&mut self, kind: ObjectKind, id: &str) -> bool {
        let record = id.parse().ok().and_then(|id: u64| self.records.get_mut(&(kind, id)));
        record.is_some_and(|record| !std::mem::replace(&mut record.archived, true))
    }

    /// Removes an object and all traces of it.
    pub(crate) fn erase(&mut self, kind: ObjectKind, id: u64) {
        self.records.remove(&(kind, id));
    }
}
