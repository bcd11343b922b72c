//! Finding an object by its id or by a property that identifies it.

use super::{Crm, ObjectKind, Record, TypeSpec};
use crate::error::ApiError;

impl Crm {
    /// The object with this id, or with this value of `id_property`. Archived ones are not found.
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
        found.ok_or_else(not_found)
    }

    /// The object with this id in the archive.
    pub(crate) fn find_archived(&self, kind: ObjectKind, id: &str) -> Result<&Record, ApiError> {
        let found = id.parse().ok().and_then(|id| self.records.get(&(kind, id)));
        found.filter(|record| record.archived).ok_or_else(not_found)
    }

    /// The names among these that the kind has properties for.
    pub(crate) fn known(&self, kind: ObjectKind, names: &[String]) -> Vec<String> {
        let schema = self.schema(kind);
        names.iter().filter(|name| schema.property(name).is_some()).cloned().collect()
    }

    /// The objects of a kind that one is associated with, without archived ones.
    pub(crate) fn associated(
        &self,
        from: (ObjectKind, u64),
        to: ObjectKind,
    ) -> Vec<(u64, Vec<TypeSpec>)> {
        let mut all = self.links.of(from, to);
        all.retain(|(id, _)| self.records.get(&(to, *id)).is_some_and(|other| !other.archived));
        all
    }

    /// An object that is not archived.
    pub(crate) fn by_id(&self, kind: ObjectKind, id: &str) -> Option<&Record> {
        let id: u64 = id.parse().ok()?;
        let id = self.merged.get(&(kind, id)).copied().unwrap_or(id);
        self.records.get(&(kind, id)).filter(|record| !record.archived)
    }

    /// The object that holds a value, if one does.
    pub(super) fn by_value(&self, kind: ObjectKind, name: &str, value: &str) -> Option<&Record> {
        if (kind, name) == (ObjectKind::Contact, "email") {
            return self.by_email(value);
        }
        self.of_kind(kind).find(|record| record.get(name) == Some(value))
    }

    fn by_email(&self, address: &str) -> Option<&Record> {
        let address = address.trim();
        let same = |held: &str| held.eq_ignore_ascii_case(address);
        self.of_kind(ObjectKind::Contact).find(|contact| {
            let further = contact.get("hs_additional_emails").unwrap_or_default();
            contact.get("email").is_some_and(same) || further.split(';').any(same)
        })
    }

    /// The objects of a kind that are not archived, by id.
    pub(crate) fn of_kind(&self, kind: ObjectKind) -> impl Iterator<Item = &Record> {
        self.all(kind).filter(|record| !record.archived)
    }

    /// The objects of a kind by id, archived ones too.
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

fn not_found() -> ApiError {
    ApiError::not_found("Object not found.  objectId are usually numeric.")
}
