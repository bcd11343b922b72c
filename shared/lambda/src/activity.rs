//! When an organisation was last heard of, for its status.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_store::{Activity as Heard, now_ms};
use tokio::time::Instant;

use crate::metrics::{Counter, count_of_org};
use crate::state::FunctionState;

/// A process writes it down this often at most: it is a hint, not worth a write
/// for each delivery.
const EVERY: Duration = Duration::from_mins(1);

/// The kinds of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// An event that is acted upon.
    Event,
    /// A delivery of HubSpot that was let in: its webhook URL is configured.
    HubSpotDelivery,
    /// The same, signed in HubSpot's newest way.
    SignedV3,
    /// An event that waits for the end of a pause.
    Paused,
}

#[derive(Debug, Default)]
pub(crate) struct Activity(Mutex<HashMap<(OrgId, Sign), Instant>>);

impl Activity {
    fn is_due(&self, org: &OrgId, sign: Sign) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (org.clone(), sign);
        let due = noted.get(&of).is_none_or(|at| at.elapsed() >= EVERY);
        if due {
            noted.insert(of, Instant::now());
        }
        due
    }
}

impl FunctionState {
    /// Notes that the organisation was heard of just now. A failure is only logged: the
    /// event itself is safe.
    pub async fn note_activity(&self, org: &OrgId, sign: Sign) {
        let now = Some(now_ms());
        let heard = match sign {
            Sign::Event => Heard { last_event_at: now, ..Heard::default() },
            Sign::Paused => Heard { last_paused_at: now, ..Heard::default() },
            Sign::SignedV3 => {
                Heard { last_hubspot_delivery_at: now, signed_v3_at: now, ..Heard::default() }
            }
            Sign::HubSpotDelivery => Heard { last_hubspot_delivery_at: now, ..Heard::default() },
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
