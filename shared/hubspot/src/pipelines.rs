//! Pipelines and their stages.

use bridge_domain::hubspot::pipeline::Pipeline;
use bridge_vendor_http::{Call, CallError};

use crate::client::{HubSpot, Results};
use crate::paths::{DEAL_PIPELINES, TICKET_PIPELINES};

impl HubSpot {
    /// The ticket pipelines of the portal.
    pub async fn ticket_pipelines(&self) -> Result<Vec<Pipeline>, CallError> {
        let call = Call::get("read ticket pipelines", &TICKET_PIPELINES);
        self.caller.send::<Results<Pipeline>>(call).await.map(|list| list.results)
    }

    /// The deal pipelines of the portal.
    pub async fn deal_pipelines(&self) -> Result<Vec<Pipeline>, CallError> {
        let call = Call::get("read deal pipelines", &DEAL_PIPELINES);
        self.caller.send::<Results<Pipeline>>(call).await.map(|list| list.results)
    }
}
