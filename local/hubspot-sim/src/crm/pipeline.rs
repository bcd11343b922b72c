//! Pipelines and their stages (docs/vendors/hubspot.md#pipelines). Stage metadata are strings.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ObjectKind;

/// A pipeline of tickets or deals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Id; the default ticket pipeline is `0`.
    pub id: String,
    /// Label.
    pub label: String,
    /// Stages in display order.
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Id, unique in the portal.
    pub id: String,
    /// Label.
    pub label: String,
    /// Objects in it count as closed.
    #[serde(default)]
    pub closed: bool,
    /// Chance of winning a deal, `0.0` to `1.0` as text.
    #[serde(default)]
    pub probability: Option<String>,
}

impl Stage {
    fn new(id: &str, label: &str, closed: bool, probability: Option<&str>) -> Self {
        let probability = probability.map(str::to_owned);
        Self { id: id.to_owned(), label: label.to_owned(), closed, probability }
    }

    fn to_json(&self, kind: ObjectKind, order: usize) -> Value {
        let metadata = match (kind, &self.probability) {
            (ObjectKind::Deal, Some(chance)) => {
                json!({"isClosed": self.closed.to_string(), "probability": chance})
            }
            (ObjectKind::Deal, None) => json!({"isClosed": self.closed.to_string()}),
            _ => json!({"ticketState": if self.closed { "CLOSED" } else { "OPEN" }}),
        };
        json!({
            "id": self.id, "label": self.label, "displayOrder": order, "archived": false,
            "metadata": metadata,
        })
    }
}

impl Pipeline {
    /// Returns the pipeline that every portal has for tickets: `0`, with stages `1` to `4`.
    pub fn default_tickets() -> Self {
        let stages = vec![
            Stage::new("1", "New", false, None),
            Stage::new("2", "Waiting on contact", false, None),
            Stage::new("3", "Waiting on us", false, None),
            Stage::new("4", "Closed", true, None),
        ];
        Self { id: "0".to_owned(), label: "Support Pipeline".to_owned(), stages }
    }

    /// Returns the pipeline that every portal has for deals.
    pub fn default_deals() -> Self {
        let stages = vec![
            Stage::new("appointmentscheduled", "Appointment Scheduled", false, Some("0.2")),
            Stage::new("qualifiedtobuy", "Qualified To Buy", false, Some("0.4")),
            Stage::new("contractsent", "Contract Sent", false, Some("0.9")),
            Stage::new("closedwon", "Closed Won", true, Some("1.0")),
            Stage::new("closedlost", "Closed Lost", true, Some("0.0")),
        ];
        Self { id: "default".to_owned(), label: "Sales Pipeline".to_owned(), stages }
    }

    /// Returns the stage with an id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
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
