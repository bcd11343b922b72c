//! When an organisation was last heard of, for its status.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use tokio::time::Instant;

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
    /// Returns whether a sign is to be written down, which then counts as done.
    pub(crate) fn is_due(&self, org: &OrgId, sign: Sign) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (org.clone(), sign);
        let due = noted.get(&of).is_none_or(|at| at.elapsed() >= EVERY);
        if due {
            noted.insert(of, Instant::now());
        }
        due
    }
}
