//! Signs of an organisation's activity, noted for its status.

use bridge_domain::ids::OrgId;
use bridge_store::{Activity, now_ms};

use super::FunctionState;
use crate::activity::Sign;
use crate::metrics::{Counter, count_of_org};

impl FunctionState {
    /// Notes that the organisation was heard of just now. A failure is only logged: the
    /// event itself is safe.
    pub async fn note_activity(&self, org: &OrgId, sign: Sign) {
        let now = Some(now_ms());
        let heard = match sign {
            Sign::Event => Activity { last_event_at: now, ..Activity::default() },
            Sign::Paused => Activity { last_paused_at: now, ..Activity::default() },
            Sign::SignedV3 => {
                Activity { last_hubspot_delivery_at: now, signed_v3_at: now, ..Activity::default() }
            }
            Sign::HubSpotDelivery => {
                Activity { last_hubspot_delivery_at: now, ..Activity::default() }
            }
        };
        if !self.activity.is_due(org, sign) {
            return;
        }
        if matches!(sign, Sign::HubSpotDelivery | Sign::SignedV3) {
            count_of_org(Counter::Deliveries, org);
        }
        if let Err(error) = self.table.note_activity(org, &heard).await {
            tracing::warn!(%org, %error, "the time of the last event could not be noted");
        }
    }
}
