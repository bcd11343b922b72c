//! Checks that the users, the pipeline and its stages are those of the portal.

use std::collections::BTreeMap;

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::hubspot::pipeline::{Pipeline, closed_stage};
use bridge_hubspot::HubSpot;

use super::advice::way_out;
use super::check::Checks;

impl Checks<'_> {
    pub(super) async fn users(&mut self, hubspot: &HubSpot) {
        let own = &self.settings.hubspot;
        let mut users: BTreeMap<&UserId, &str> = BTreeMap::new();
        for rule in &self.settings.routing {
            users.insert(&rule.assign_to, "routing");
        }
        users.extend(own.default_user_id.as_ref().map(|user| (user, "hubspot.default_user_id")));
        users.insert(&own.ai_user_id, "hubspot.ai_user_id");
        for (user, key) in users {
            match hubspot.owner_of_user(user).await {
                Ok(Some(owner)) => {
                    let name = owner.name().unwrap_or_default();
                    self.findings.ok("user", format!("{key} {}: {name}", user.actor()));
                }
                Ok(None) => {
                    let text = format!(
                        "{key} names {}, whom the portal does not know, or who has left: in \
                         HubSpot, Settings → Users & Teams has its users; make one, or name another",
                        user.actor()
                    );
                    self.findings.wrong("user", text);
                }
                Err(error) => {
                    let text = format!("{key} could not be read ({error}): {}", way_out(&error));
                    self.findings.wrong("user", text);
                }
            }
        }
        if own.default_user_id.is_none() {
            let text = "none: handoffs that no rule claims stay unassigned";
            self.findings.note("default user", text);
        }
    }

    pub(super) async fn pipelines(&mut self, hubspot: &HubSpot) {
        match hubspot.ticket_pipelines().await {
            Ok(pipelines) => match self.stages(&pipelines) {
                Ok(text) => self.findings.ok("pipeline", text),
                Err(text) => {
                    let place = "(HubSpot: Settings → Objects → Tickets → Pipelines)";
                    self.findings.wrong("pipeline", format!("{text} {place}"));
                }
            },
            Err(error) => {
                let text = format!("could not be read ({error}): {}", way_out(&error));
                self.findings.wrong("pipeline", text);
            }
        }
    }

    fn stages(&self, pipelines: &[Pipeline]) -> Result<String, String> {
        let own = &self.settings.hubspot;
        let pipeline = pipelines.iter().find(|one| one.id == own.pipeline).ok_or_else(|| {
            let there: Vec<_> =
                pipelines.iter().map(|one| format!("{} ({})", one.id, one.label)).collect();
            let there = there.join(", ");
            format!("hubspot.pipeline {} is not there; there are {there}", own.pipeline)
        })?;
        check_stage(pipeline, "hubspot.open_stage", &own.open_stage)?;
        match &own.closed_stage {
            Some(stage) => check_stage(pipeline, "hubspot.closed_stage", stage)?,
            None if closed_stage(pipelines, &own.pipeline).is_none() => {
                return Err(format!(
                    "{} has no stage whose ticket status is closed: give one that, or set \
                     hubspot.closed_stage",
                    pipeline.label
                ));
            }
            _ => {}
        }
        Ok(format!("{} with its stages", pipeline.label))
    }
}

/// Checks that a stage is one of the pipeline.
fn check_stage(pipeline: &Pipeline, key: &str, id: &str) -> Result<(), String> {
    let stages = &pipeline.stages;
    if stages.iter().any(|stage| stage.id == id) {
        return Ok(());
    }
    let there: Vec<_> =
        stages.iter().map(|stage| format!("{} ({})", stage.id, stage.label)).collect();
    let (label, there) = (&pipeline.label, there.join(", "));
    Err(format!("{key} {id} is no stage of {label}; its stages are {there}"))
}
