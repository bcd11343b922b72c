//! What an object needs to be created, and what HubSpot works out by itself.

use std::collections::BTreeMap;

use serde_json::json;

use super::pipeline::{Pipeline, Stage};
use super::problem::{self, Problem};
use super::{Crm, ObjectKind, Record};
use crate::clock;
use crate::error::ApiError;

type Values = BTreeMap<String, String>;

impl Crm {
    /// The pipelines of a kind; only tickets and deals have any.
    pub(crate) fn pipelines(&self, kind: ObjectKind) -> &[Pipeline] {
        match kind {
            ObjectKind::Ticket => &self.ticket_pipelines,
            ObjectKind::Deal => &self.deal_pipelines,
            _ => &[],
        }
    }

    /// Checks that a new object has what its kind needs, and fills in the default pipeline.
    pub(super) fn complete(&self, kind: ObjectKind, values: &mut Values) -> Result<(), ApiError> {
        require(kind, values)?;
        self.check_stage(kind, values)
    }

    /// A stage must belong to the pipeline that the object is in.
    pub(super) fn check_stage(
        &self,
        kind: ObjectKind,
        values: &mut Values,
    ) -> Result<(), ApiError> {
        let Some((pipeline_name, stage_name)) = stage_properties(kind) else { return Ok(()) };
        let pipelines = self.pipelines(kind);
        if !values.contains_key(pipeline_name)
            && let Some(first) = pipelines.first()
        {
            values.insert(pipeline_name.to_owned(), first.id.clone());
        }
        let id = values.get(pipeline_name).map(String::as_str).unwrap_or_default();
        let stage = values.get(stage_name).map(String::as_str).unwrap_or_default();
        let refuse = |name, message| {
            Err(problem::refuse(
                vec![Problem::new(name, "INVALID_OPTION", message)],
                self.portal_id,
            ))
        };
        match pipelines.iter().find(|pipeline| pipeline.id == id) {
            None => refuse(pipeline_name, format!("{id} is not a valid pipeline ID")),
            Some(pipeline) if pipeline.stage(stage).is_none() => {
                refuse(stage_name, format!("{stage} is not a valid stage of pipeline {id}"))
            }
            Some(_) => Ok(()),
        }
    }

    /// Sets what follows from the stage: when a ticket was closed, whether a deal is.
    pub(super) fn compute(&self, record: &mut Record) {
        let Some(stage) = self.stage_of(record).cloned() else { return };
        if record.kind == ObjectKind::Deal {
            let won = stage.closed && stage.probability.as_deref() == Some("1.0");
            set(record, "hs_is_closed", stage.closed.to_string());
            set(record, "hs_is_closed_won", won.to_string());
        } else if !stage.closed {
            record.properties.remove("closed_date");
        } else if record.get("closed_date").is_none() {
            set(record, "closed_date", clock::now_iso());
        }
    }

    fn stage_of(&self, record: &Record) -> Option<&Stage> {
        let (pipeline_name, stage_name) = stage_properties(record.kind)?;
        let id = record.get(pipeline_name)?;
        let pipeline = self.pipelines(record.kind).iter().find(|pipeline| pipeline.id == id)?;
        pipeline.stage(record.get(stage_name)?)
    }
}

fn set(record: &mut Record, name: &str, value: String) {
    record.properties.insert(name.to_owned(), value);
}

fn stage_properties(kind: ObjectKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ObjectKind::Ticket => Some(("hs_pipeline", "hs_pipeline_stage")),
        ObjectKind::Deal => Some(("pipeline", "dealstage")),
        _ => None,
    }
}

/// HubSpot's guides: a contact needs an email or a name, a company a name or a domain, a ticket
/// its subject and stage, a deal its name and stage, a note its time.
fn require(kind: ObjectKind, values: &Values) -> Result<(), ApiError> {
    let (needed, enough): (&[&str], usize) = match kind {
        ObjectKind::Contact => (&["email", "firstname", "lastname"], 1),
        ObjectKind::Company => (&["name", "domain"], 1),
        ObjectKind::Deal => (&["dealname", "dealstage"], 2),
        ObjectKind::Ticket => (&["subject", "hs_pipeline_stage"], 2),
        ObjectKind::Note => (&["hs_timestamp"], 1),
    };
    let missing: Vec<&&str> = needed.iter().filter(|name| !values.contains_key(**name)).collect();
    if needed.len() - missing.len() >= enough {
        return Ok(());
    }
    let name = kind.singular().to_uppercase();
    let message = format!("Error creating {name}. Some required properties were not set.");
    Err(ApiError::invalid(message).with("context", json!({"properties": missing})))
}
