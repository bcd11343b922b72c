//! The deferred messages of an organisation, which SQS tells of whole queues only.

use std::time::Duration;

use bridge_domain::ids::OrgId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, alive, now_ms, read, ttl_after};

/// The deferred messages of a conversation.
#[derive(Serialize, Deserialize)]
struct Deferred {
    count: u64,
    /// When they are delivered again (epoch milliseconds).
    until: u64,
    ttl: u64,
}

impl Table {
    /// Notes that messages of a conversation are hidden on the queue of a function for a while.
    pub async fn note_deferred(
        &self,
        org: &OrgId,
        function: &str,
        group: &str,
        count: usize,
        delay: Duration,
    ) -> Result<(), StoreError> {
        let until = now_ms() + u64::try_from(delay.as_millis()).unwrap_or_default();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let deferred = Deferred { count, until, ttl: ttl_after(delay) + 60 };
        self.merge(&Key::deferred(org, function, group), &deferred).await
    }

    /// Returns the number of an organisation's messages that are hidden now.
    pub async fn deferred_count(&self, org: &OrgId) -> Result<u64, StoreError> {
        let activity = Key::activity(org);
        let mut count = 0;
        for (key, item) in self.partition(&activity.pk).await? {
            if key == activity || !alive(&item) {
                continue;
            }
            let deferred: Deferred = read(item)?;
            if deferred.until > now_ms() {
                count += deferred.count;
            }
        }
        Ok(count)
    }
}
