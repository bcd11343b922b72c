//! Locks: one event at a time changes what several share, e.g. a customer's ticket.

use std::time::Duration;

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{TTL, Table, item_of, now_ms, number, text, ttl_after};
use crate::update::Updated;

/// A lock that is held, until its lease ends or it is given back.
#[derive(Clone, Debug)]
pub struct Lock {
    key: Key,
    owner: String,
}

impl Table {
    /// Takes a lock for `owner`; `None` while somebody else has it. Whoever has it
    /// already takes it again, so that a redelivered event is not locked out by itself.
    pub async fn lock(
        &self,
        key: Key,
        owner: &str,
        lease: Duration,
    ) -> Result<Option<Lock>, StoreError> {
        let until = now_ms() + u64::try_from(lease.as_millis()).unwrap_or(u64::MAX / 2);
        let update = self
            .update(&key)
            .set("owner", text(owner))
            .set("lease", number(until))
            .set(TTL, number(ttl_after(lease + Duration::from_hours(1))))
            .only_if("attribute_not_exists(#pk) OR #lease < :now OR #owner = :owner")
            .value(":now", number(now_ms()));
        match update.send("taking a lock").await? {
            Updated::Written(_) => Ok(Some(Lock { key, owner: owner.to_owned() })),
            Updated::Refused(_) => Ok(None),
        }
    }

    /// Gives a lock back. If somebody else has it by now, it stays theirs.
    pub async fn unlock(&self, lock: &Lock) -> Result<(), StoreError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(item_of(&lock.key)))
            .condition_expression("#owner = :me")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":me", text(&lock.owner))
            .send()
            .await;
        match answer {
            Err(error) if !is_not_ours(error.as_service_error()) => {
                Err(StoreError::aws("giving a lock back", &error))
            }
            _ => Ok(()),
        }
    }
}

fn is_not_ours(error: Option<&DeleteItemError>) -> bool {
    error.is_some_and(DeleteItemError::is_conditional_check_failed_exception)
}
