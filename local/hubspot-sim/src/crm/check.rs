//! The values and associations that the CRM takes in a creation or a change.

use super::problem::{Problem, reject, reject_missing};
use super::record::{Record, Values};
use super::store::AssociationTo;
use super::{Crm, ObjectKind, validate};
use crate::error::ApiError;

impl Crm {
    /// Returns every value in the form that HubSpot keeps, or the one error that names all
    /// invalid ones.
    pub(super) fn checked(
        &self,
        kind: ObjectKind,
        present: Option<&Record>,
        properties: &Values,
    ) -> Result<Values, ApiError> {
        let mut values = Values::new();
        let mut problems = Vec::new();
        for (name, value) in properties {
            match self.check_one(kind, present, name, value) {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(reject(problems, self.portal_id, self.form));
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
        let mut kept = validate::normalize(property, value, &self.owners)?;
        if property.takes_several() {
            kept = validate::joined(present.and_then(|record| record.get(name)), &kept);
        }
        let holder = property.has_unique_value.then(|| self.by_value(kind, name, &kept)).flatten();
        match holder.filter(|holder| present.is_none_or(|record| record.id != holder.id)) {
            Some(holder) => Err(Problem::taken(name, &kept, holder.id)),
            None => Ok(kept),
        }
    }

    /// An address belongs to one contact (docs/vendors/hubspot.md#contacts).
    fn check_email_free(
        &self,
        kind: ObjectKind,
        present: Option<&Record>,
        values: &Values,
    ) -> Result<(), ApiError> {
        let email = values.get("email").filter(|_| kind == ObjectKind::Contact);
        match email.and_then(|email| self.by_value(kind, "email", email)) {
            Some(holder) if present.is_none_or(|record| record.id != holder.id) => {
                let message = format!("Contact already exists. Existing ID: {}", holder.id);
                let status = axum::http::StatusCode::CONFLICT;
                Err(ApiError::new(status, message).with("category", "CONFLICT"))
            }
            _ => Ok(()),
        }
    }

    /// A contact needs an email or a name, a company a name or a domain, a ticket its subject and
    /// stage, a deal its name and stage, a note its time; an administrator may demand more.
    pub(super) fn check_required(&self, kind: ObjectKind, values: &Values) -> Result<(), ApiError> {
        let (needed, enough) = kind.required();
        let mandatory: Vec<&str> = self.schema(kind).mandatory.iter().map(String::as_str).collect();
        for (names, enough) in [(needed, enough), (&*mandatory, mandatory.len())] {
            let is_missing = |name: &&str| !values.contains_key(*name);
            let missing: Vec<&str> = names.iter().copied().filter(is_missing).collect();
            if names.len() - missing.len() < enough {
                return Err(reject_missing(&missing, kind.singular(), self.form));
            }
        }
        Ok(())
    }

    /// A stage must belong to the pipeline that the object is in; the first pipeline is the
    /// default one.
    pub(super) fn check_stage(
        &self,
        kind: ObjectKind,
        values: &mut Values,
    ) -> Result<(), ApiError> {
        let Some((pipeline_name, stage_name)) = kind.stage_properties() else { return Ok(()) };
        let pipelines = self.pipelines(kind);
        if let Some(first) = pipelines.first() {
            values.entry(pipeline_name.to_owned()).or_insert_with(|| first.id.clone());
        }
        let id = values.get(pipeline_name).map(String::as_str).unwrap_or_default();
        let stage = values.get(stage_name).map(String::as_str).unwrap_or_default();
        let (name, message) = match pipelines.iter().find(|pipeline| pipeline.id == id) {
            None => (pipeline_name, format!("{id} is not a valid pipeline ID")),
            Some(pipeline) if pipeline.stage(stage).is_none() => {
                (stage_name, format!("{stage} is not a valid stage of pipeline {id}"))
            }
            Some(_) => return Ok(()),
        };
        let problem = Problem::new(name, "INVALID_OPTION", message);
        Err(reject(vec![problem], self.portal_id, self.form))
    }

    /// The other ends of a new object's associations must be there.
    pub(super) fn check_ends(&self, associations: &[AssociationTo]) -> Result<(), ApiError> {
        let gone = |to: &&AssociationTo| self.by_id(to.kind, &to.id.to_string()).is_none();
        match associations.iter().find(gone) {
            None => Ok(()),
            Some(AssociationTo { kind, id, .. }) => Err(ApiError::invalid(format!(
                "One or more associations are not valid. No {} with id {id} exists.",
                kind.singular()
            ))),
        }
    }
}
