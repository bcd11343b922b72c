//! Pipelines: which stage means closed, and what stages are called.

use bridge_domain::hubspot::pipeline::{self, Pipeline};
use bridge_domain::ids::OrgId;
use bridge_domain::outcome::ParkReason;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::HubSpot;
use bridge_store::Table;

use crate::ttl_cache::{anew, remember};

/// The ticket pipelines of the ticketing portal; asked anew if those that are
/// remembered do not hold what is looked for, since an administrator may have added it.
async fn ticket_pipelines(
    context: &EventContext<'_>,
    suffices: impl Fn(&[Pipeline]) -> bool,
) -> Result<Vec<Pipeline>, Failure> {
    let (table, org, hubspot) = (context.table(), context.org(), &context.hubspot);
    let name = "ticket-pipelines";
    let known: Vec<Pipeline> = remember(table, org, name, hubspot.ticket_pipelines()).await?;
    if suffices(&known) {
        return Ok(known);
    }
    anew(table, org, name, hubspot.ticket_pipelines()).await
}

/// The ticket pipelines of the CRM connection, which may be another portal.
pub async fn crm_ticket_pipelines(
    table: &Table,
    crm: &HubSpot,
    org: &OrgId,
) -> Result<Vec<Pipeline>, Failure> {
    remember(table, org, "crm-ticket-pipelines", crm.ticket_pipelines()).await
}

/// The deal pipelines of the CRM connection.
pub async fn crm_deal_pipelines(
    table: &Table,
    crm: &HubSpot,
    org: &OrgId,
) -> Result<Vec<Pipeline>, Failure> {
    remember(table, org, "crm-deal-pipelines", crm.deal_pipelines()).await
}

/// Returns whether a ticket in this stage is closed. The settings know their own two stages;
/// for any other the pipelines are asked. `None` if HubSpot does not show them.
pub async fn is_closed(
    context: &EventContext<'_>,
    stage_id: &str,
) -> Result<Option<bool>, Failure> {
    let own = &context.settings.hubspot;
    if own.closed_stage.as_deref() == Some(stage_id) {
        return Ok(Some(true));
    }
    if own.open_stage == stage_id {
        return Ok(Some(false));
    }
    let pipelines =
        ticket_pipelines(context, |pipelines| pipeline::stage(pipelines, stage_id).is_some());
    let pipelines = match pipelines.await {
        Ok(pipelines) => pipelines,
        Err(Failure::Park { .. }) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    Ok(Some(pipeline::stage(&pipelines, stage_id).is_some_and(pipeline::Stage::is_closed)))
}

/// The stage into which a ticket of this pipeline is closed: the settings' own for
/// their own pipeline, else the one whose ticketState is CLOSED
/// (docs/vendors/hubspot.md#pipelines).
pub async fn closed_stage(context: &EventContext<'_>, pipeline: &str) -> Result<String, Failure> {
    let own = &context.settings.hubspot;
    if let Some(stage) = own.closed_stage.as_ref().filter(|_| own.pipeline == pipeline) {
        return Ok(stage.clone());
    }
    let pipelines = ticket_pipelines(context, |pipelines| {
        pipeline::closed_stage(pipelines, pipeline).is_some()
    });
    let pipelines = pipelines.await?;
    pipeline::closed_stage(&pipelines, pipeline).map(str::to_owned).ok_or_else(|| {
        let error = format!(
            "pipeline {pipeline} has no stage whose ticket state is closed; set hubspot.closed_stage in the settings"
        );
        Failure::park(ParkReason::BadSettings, error)
    })
}
