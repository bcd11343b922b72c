//! Locks: one event at a time changes what several share, e.g. a customer's ticket.

use std::time::Duration;

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;

use crate::claims::{number, text};
use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, is_condition, item_of, now_ms, ttl_after};

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
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item_of(&key)))
            .condition_expression("attribute_not_exists(pk) OR lease < :now OR #owner = :me")
            .update_expression("SET #owner = :me, lease = :until, #ttl = :ttl")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":me", text(owner))
            .expression_attribute_values(":now", number(now_ms()))
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":ttl", number(ttl_after(lease + Duration::from_hours(1))))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Some(Lock { key, owner: owner.to_owned() })),
            Err(error) if is_condition(error.as_service_error()) => Ok(None),
            Err(error) => Err(StoreError::aws("taking a lock", &error)),
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
