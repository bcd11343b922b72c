//! The deferred messages of an organisation, which SQS tells of whole queues only.

use std::time::Duration;

use bridge_domain::ids::OrgId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, alive, now_ms, read, ttl_after};

/// Messages of a conversation that are hidden on the queue of a function for a while.
#[derive(Clone, Copy, Debug)]
pub struct Deferral<'a> {
    /// The function.
    pub function: &'a str,
    /// The message group.
    pub group: &'a str,
    /// The number of messages.
    pub count: usize,
    /// When the first of them was sent (epoch milliseconds).
    pub sent_at: u64,
    /// The time until they are delivered again.
    pub delay: Duration,
}

/// The deferred messages of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeferredMessages {
    /// Their number.
    pub count: u64,
    /// When the oldest was sent (epoch milliseconds).
    pub oldest: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Deferred {
    count: u64,
    #[serde(default)]
    sent_at: Option<u64>,
    /// When they are delivered again (epoch milliseconds).
    until: u64,
    ttl: u64,
}

impl Table {
    /// Notes deferred messages for the organisation's status.
    pub async fn note_deferred(&self, org: &OrgId, of: Deferral<'_>) -> Result<(), StoreError> {
        let Deferral { function, group, count, sent_at, delay } = of;
        let until = now_ms() + u64::try_from(delay.as_millis()).unwrap_or_default();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let ttl = ttl_after(delay) + 60;
        let deferred = Deferred { count, sent_at: Some(sent_at), until, ttl };
        self.merge(&Key::deferred(org, function, group), &deferred).await
    }

    /// Returns an organisation's messages that are hidden now.
    pub async fn deferred(&self, org: &OrgId) -> Result<DeferredMessages, StoreError> {
        let activity = Key::activity(org);
        let mut all = DeferredMessages::default();
        for (key, item) in self.partition(&activity.pk).await? {
            if key == activity || !alive(&item) {
                continue;
            }
            let deferred: Deferred = read(item)?;
            if deferred.until > now_ms() {
                all.count += deferred.count;
                all.oldest = all.oldest.into_iter().chain(deferred.sent_at).min();
            }
        }
        Ok(all)
    }
}
