//! Writing the table: items are merged field by field, and expire.
//!
//! `DynamoDB` deletes an expired item late. Until then it is not there: whoever writes to
//! it writes a new one, of which the old fields are no part.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Item, TTL, Table, now_ms, number, ttl_after, write};
use crate::update::Updated;

/// The lifetime of an item that nobody writes to, unless it says otherwise itself: longer
/// than a customer may be silent and still be known.
pub const LIFETIME: Duration = Duration::from_hours(400 * 24);

/// The part of its lifetime that an item in use may lose before it is renewed.
const NEGLECTED: Duration = Duration::from_hours(30 * 24);

/// Holds for an item that has not expired, and for none.
const ALIVE: &str = "attribute_not_exists(#ttl) OR #ttl > :now";

impl Table {
    /// Sets the fields that `change` has, and leaves the others as they are; the item is
    /// made if there is none. It lives for [`LIFETIME`] from now on, unless the change
    /// says otherwise in its `ttl`.
    pub async fn merge(&self, key: &Key, change: &impl Serialize) -> Result<(), StoreError> {
        let mut fields = write(change)?;
        fields.entry(TTL.to_owned()).or_insert_with(|| number(ttl_after(LIFETIME)));
        self.set(key, &fields).await
    }

    /// Lets an item live for [`LIFETIME`] that is in use; `ttl` is what was read of it. A
    /// month is neglected, so that this seldom costs a write.
    pub async fn renew(&self, key: &Key, ttl: Option<u64>) -> Result<(), StoreError> {
        if !is_fading(ttl) {
            return Ok(());
        }
        self.merge(key, &BTreeMap::<String, String>::new()).await
    }

    /// Sets fields of an item that never expires. Of such there may only be a fixed
    /// number per organisation.
    pub(crate) async fn keep(&self, key: &Key, item: &impl Serialize) -> Result<(), StoreError> {
        self.set(key, &write(item)?).await
    }

    async fn set(&self, key: &Key, fields: &Item) -> Result<(), StoreError> {
        loop {
            let update = self.update(key).set_all(fields).only_if(ALIVE);
            let update = update.value(":now", number(now_ms() / 1000));
            match update.send("writing the table").await? {
                Updated::Written(_) => return Ok(()),
                Updated::Refused(expired) => {
                    if self.replace(key, fields, &expired).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Writes an item over one that has expired, of which nothing survives. Returns whether
    /// that one was still there as it was.
    pub(crate) async fn replace(
        &self,
        key: &Key,
        fields: &Item,
        expired: &Item,
    ) -> Result<bool, StoreError> {
        let was = expired.get(TTL).cloned().unwrap_or(AttributeValue::Null(true));
        let mut update = self.update(key).set_all(fields).only_if("#ttl = :was").value(":was", was);
        let old = expired.keys().filter(|name| *name != "pk" && *name != "sk");
        for name in old.filter(|name| !fields.contains_key(*name)) {
            update = update.remove(name);
        }
        Ok(matches!(update.send("writing the table").await?, Updated::Written(_)))
    }
}

/// Returns whether an item would expire sooner than one that was written lately.
fn is_fading(ttl: Option<u64>) -> bool {
    ttl.is_none_or(|ttl| ttl < ttl_after(LIFETIME.saturating_sub(NEGLECTED)))
}
