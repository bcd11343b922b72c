//! Whether the CRM takes the values and associations of a creation or a change.

use std::collections::BTreeMap;

use super::problem::{self, Problem};
use super::store::LinkTo;
use super::{Crm, ObjectKind, Record, validate};
use crate::error::ApiError;

impl Crm {
    /// Every value in the form that HubSpot keeps, or the one error that names all bad ones.
    pub(super) fn checked(
        &self,
        kind: ObjectKind,
        present: Option<&Record>,
        properties: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let mut values = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, value) in properties {
            match self.check_one(kind, present, name, value) {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problem::refuse(problems, self.portal_id));
        }
        self.check_email_free(kind, present, &values)?;
        Ok(values)
    }

    fn check_one(
        &self,
        kind: ObjectKind,
        present: Option<&Record>,
        name: &str,
        value: &str,
    ) -> Result<String, Problem> {
        let property = self.schema(kind).property(name).ok_or_else(|| Problem::unknown(name))?;
        let mut kept = validate::normalise(property, value, &self.owners)?;
        if property.takes_several() {
            kept = validate::joined(present.and_then(|record| record.get(name)), &kept);
        }
        let holder = property.has_unique_value.then(|| self.by_value(kind, name, &kept)).flatten();
        match holder.filter(|holder| present.is_none_or(|record| record.id != holder.id)) {
            Some(holder) => Err(Problem::taken(name, &kept, holder.id)),
            None => Ok(kept),
        }
    }

    fn check_email_free(
        &self,
        kind: ObjectKind,
        present: Option<&Record>,
        values: &BTreeMap<String, String>,
    ) -> Result<(), ApiError> {
        let Some(email) = values.get("email").filter(|_| kind == ObjectKind::Contact) else {
            return Ok(());
        };
        match self.by_value(kind, "email", email) {
            Some(holder) if present.is_none_or(|record| record.id != holder.id) => {
                let message = format!("Contact already exists. Existing ID: {}", holder.id);
                Err(ApiError::conflict(message))
            }
            _ => Ok(()),
        }
    }

    /// The other ends of a new object's associations must be there.
    pub(super) fn check_ends(&self, links: &[LinkTo]) -> Result<(), ApiError> {
        let gone = |link: &&LinkTo| {
            self.records.get(&(link.kind, link.id)).is_none_or(|record| record.archived)
        };
        match links.iter().find(gone) {
            None => Ok(()),
            Some(LinkTo { kind, id, .. }) => Err(ApiError::invalid(format!(
                "One or more associations are not valid. No {} with id {id} exists.",
                kind.singular()
            ))),
        }
    }
}
