//! Pipelines and their stages (docs/vendors/hubspot.md#pipelines). Stage metadata are strings.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ObjectKind;

/// A pipeline of tickets or deals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    pub id: String,
    pub label: String,
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline; its id is unique in the portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub label: String,
    #[serde(default)]
    pub closed: bool,
    /// Chance of winning a deal, `0.0` to `1.0` as text.
    #[serde(default)]
    pub probability: Option<String>,
}

impl Pipeline {
    /// Returns the pipeline that every portal has for tickets: `0`, with stages `1` to `4`.
    pub fn default_tickets() -> Self {
        let stages = [
            ("1", "New", false, None),
            ("2", "Waiting on contact", false, None),
            ("3", "Waiting on us", false, None),
            ("4", "Closed", true, None),
        ];
        Self::of("0", "Support Pipeline", &stages)
    }

    /// Returns the pipeline that every portal has for deals.
    pub fn default_deals() -> Self {
        let stages = [
            ("appointmentscheduled", "Appointment Scheduled", false, Some("0.2")),
            ("contractsent", "Contract Sent", false, Some("0.9")),
            ("closedwon", "Closed Won", true, Some("1.0")),
            ("closedlost", "Closed Lost", true, Some("0.0")),
        ];
        Self::of("default", "Sales Pipeline", &stages)
    }

    fn of(id: &str, label: &str, stages: &[(&str, &str, bool, Option<&str>)]) -> Self {
        let stage = |&(id, label, closed, probability): &(&str, &str, bool, Option<&str>)| Stage {
            id: id.to_owned(),
            label: label.to_owned(),
            closed,
            probability: probability.map(str::to_owned),
        };
        let stages = stages.iter().map(stage).collect();
        Self { id: id.to_owned(), label: label.to_owned(), stages }
    }

    pub(crate) fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    pub(crate) fn to_json(&self, kind: ObjectKind, order: usize) -> Value {
        let stages = self.stages.iter().enumerate().map(|(at, stage)| stage.to_json(kind, at));
        json!({
            "id": self.id, "label": self.label, "displayOrder": order, "archived": false,
            "stages": stages.collect::<Vec<_>>(),
        })
    }
}

impl Stage {
    fn to_json(&self, kind: ObjectKind, order: usize) -> Value {
        let state = if self.closed { "CLOSED" } else { "OPEN" };
        let metadata = match kind {
            ObjectKind::Deal => {
                json!({"isClosed": self.closed.to_string(), "probability": self.probability})
            }
            _ => json!({ "ticketState": state }),
        };
        json!({
            "id": self.id, "label": self.label, "displayOrder": order, "archived": false,
            "metadata": metadata,
        })
    }
}
