//! Ticket pipelines: which stage means closed.

use serde::Deserialize;

use crate::json::lenient;

/// A ticket pipeline, as `GET /crm/v3/pipelines/tickets` answers.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct Pipeline {
    /// Its id; the default one is `0`.
    #[serde(deserialize_with = "crate::ids::text_or_number")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub label: String,
    /// Its stages.
    #[serde(default, deserialize_with = "lenient::list")]
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct Stage {
    /// Its id.
    #[serde(deserialize_with = "crate::ids::text_or_number")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub label: String,
    /// The stage's metadata, which says whether a ticket in it is open.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub metadata: StageMetadata,
}

/// The state of tickets and deals in a stage. All values are text.
#[derive(Clone, Debug, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StageMetadata {
    /// OPEN or CLOSED (docs/vendors/hubspot.md#pipelines).
    #[serde(default, deserialize_with = "lenient::text")]
    pub ticket_state: Option<String>,
    /// `true` for deals that are won or lost.
    #[serde(default, deserialize_with = "lenient::text")]
    pub is_closed: Option<String>,
}

impl Stage {
    /// Returns whether tickets or deals in it are done with.
    pub fn is_closed(&self) -> bool {
        let metadata = &self.metadata;
        match metadata.ticket_state.as_deref() {
            Some(state) => state.trim().eq_ignore_ascii_case("CLOSED"),
            None => metadata.is_closed.as_deref() == Some("true"),
        }
    }
}

/// The stage with this id, wherever it is.
pub fn stage<'a>(pipelines: &'a [Pipeline], id: &str) -> Option<&'a Stage> {
    pipelines.iter().flat_map(|pipeline| &pipeline.stages).find(|stage| stage.id == id)
}

/// The stage into which a ticket of this pipeline goes when it is closed.
pub fn closed_stage<'a>(pipelines: &'a [Pipeline], pipeline: &str) -> Option<&'a str> {
    let pipeline = pipelines.iter().find(|candidate| candidate.id == pipeline)?;
    pipeline.stages.iter().find(|stage| stage.is_closed()).map(|stage| stage.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_stage_is_the_one_whose_ticket_state_says_so() {
        let pipelines: Vec<Pipeline> = serde_json::from_str(
            r#"[{"id":0,"label":7,"stages":[null,{"id":1,"metadata":{"ticketState":"OPEN","isClosed":true}},
                                    {"id":"4","metadata":{"ticketState":"closed"}}]},
                {"id":"9","stages":[{"id":"91"},{"id":"92","metadata":{"isClosed":true}}]}]"#,
        )
        .unwrap();
        assert_eq!(closed_stage(&pipelines, "0"), Some("4"));
        assert_eq!(closed_stage(&pipelines, "9"), Some("92"));
        assert_eq!(closed_stage(&pipelines, "7"), None);
        assert!(!stage(&pipelines, "1").unwrap().is_closed());
        assert!(stage(&pipelines, "5").is_none());
    }
}
