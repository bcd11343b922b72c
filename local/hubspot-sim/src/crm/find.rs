//! Finding an object by its id, or by a property that identifies it.

use std::collections::BTreeMap;

use super::associations::AssociationType;
use super::record::Record;
use super::{Crm, ObjectKind};
use crate::error::ApiError;

impl Crm {
    /// Returns the object with this id, or with this value of `id_property`; not archived ones.
    ///
    /// Contacts may be named by email, also by a further address of theirs; any kind by a property
    /// whose values are unique.
    pub(crate) fn find(
        &self,
        kind: ObjectKind,
        id: &str,
        id_property: Option<&str>,
    ) -> Result<&Record, ApiError> {
        let found = match id_property {
            None | Some("hs_object_id") => self.by_id(kind, id),
            Some(name) => {
                self.check_identifies(kind, name)?;
                self.by_value(kind, name, id)
            }
        };
        found.ok_or_else(|| ApiError::not_found("Object not found.  objectId are usually numeric."))
    }

    /// Returns those of the names for which the kind has properties.
    pub(crate) fn known(&self, kind: ObjectKind, names: &[String]) -> Vec<String> {
        let schema = self.schema(kind);
        names.iter().filter(|name| schema.property(name).is_some()).cloned().collect()
    }

    /// Returns the objects of a kind that one is associated with, without archived ones.
    pub(crate) fn associated(
        &self,
        from: (ObjectKind, u64),
        to: ObjectKind,
    ) -> BTreeMap<u64, Vec<AssociationType>> {
        let mut all = self.associations.of(from, to);
        all.retain(|id, _| self.records.get(&(to, *id)).is_some_and(|other| !other.archived));
        all
    }

    /// Returns an object that is not archived.
    pub(crate) fn by_id(&self, kind: ObjectKind, id: &str) -> Option<&Record> {
        let mut id: u64 = id.parse().ok()?;
        while let Some(survivor) =
            self.merged.get(&(kind, id)).filter(|_| !self.merged_ids_are_gone)
        {
            id = *survivor;
        }
        self.records.get(&(kind, id)).filter(|record| !record.archived)
    }

    /// Returns the object that holds a value.
    pub(super) fn by_value(&self, kind: ObjectKind, name: &str, value: &str) -> Option<&Record> {
        if (kind, name) == (ObjectKind::Contact, "email") {
            return self.by_email(value);
        }
        self.of_kind(kind).find(|record| record.get(name) == Some(value))
    }

    pub(crate) fn by_email(&self, address: &str) -> Option<&Record> {
        let same = |held: &str| held.eq_ignore_ascii_case(address.trim());
        self.of_kind(ObjectKind::Contact).find(|contact| {
            let further = contact.get("hs_additional_emails").unwrap_or_default();
            contact.get("email").is_some_and(same) || further.split(';').any(same)
        })
    }

    /// Returns the objects of a kind that are not archived, by id.
    pub(crate) fn of_kind(&self, kind: ObjectKind) -> impl Iterator<Item = &Record> {
        self.all(kind).filter(|record| !record.archived)
    }

    /// Returns the objects of a kind by id, archived ones included.
    pub(crate) fn all(&self, kind: ObjectKind) -> impl Iterator<Item = &Record> {
        self.records.range((kind, 0)..=(kind, u64::MAX)).map(|(_, record)| record)
    }

    fn check_identifies(&self, kind: ObjectKind, name: &str) -> Result<(), ApiError> {
        let unique = self.schema(kind).property(name).is_some_and(|known| known.has_unique_value);
        if unique || (kind, name) == (ObjectKind::Contact, "email") {
            return Ok(());
        }
        Err(ApiError::invalid(format!(
            "The property {name} is not a unique property of {} and cannot be used as idProperty",
            kind.plural()
        )))
    }
}
