//! When an organisation was last heard of, for its status.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bridge_domain::ids::OrgId;
use tokio::time::Instant;

use crate::app::App;

/// A process writes it down this often at most: it is a hint, not worth a write
/// for each delivery.
const EVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(crate) struct Activity(Mutex<HashMap<OrgId, Instant>>);

impl Activity {
    fn is_due(&self, org: &OrgId) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = noted.get(org).is_none_or(|at| at.elapsed() >= EVERY);
        if due {
            noted.insert(org.clone(), Instant::now());
        }
        due
    }
}

impl App {
    /// Notes that an event of the organisation arrived just now. A failure is only
    /// logged: the event itself is safe.
    pub async fn note_activity(&self, org: &OrgId) {
        if self.activity.is_due(org)
            && let Err(error) = self.table.note_activity(org).await
        {
            tracing::warn!(%org, %error, "the time of the last event could not be noted");
        }
    }
}
