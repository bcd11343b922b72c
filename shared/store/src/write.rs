//! Writing the table: items are merged field by field, and expire.
//!
//! `DynamoDB` deletes an expired item late. Until then it is not there: whoever writes to
//! it writes a new one, of which the old fields are no part.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure as OnRefusal};
use serde::Serialize;

use crate::claims::number;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Item, TTL, Table, is_condition, item_of, now_ms, ttl_after, write};

/// How long an item lives that nobody writes to, unless it says otherwise itself: longer
/// than a customer may be silent and still be known.
pub const LIFETIME: Duration = Duration::from_hours(400 * 24);

/// How much of its lifetime an item in use may lose before it is renewed.
const NEGLECTED: Duration = Duration::from_hours(30 * 24);

/// That an item is there, or none.
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
            let request = self.assign(key, fields).condition_expression(ALIVE);
            let request = request.expression_attribute_values(":now", number(now_ms() / 1000));
            match request.send().await {
                Ok(_) => return Ok(()),
                Err(error) => match refused_item(&error) {
                    Some(expired) if self.replace(key, fields, expired).await? => return Ok(()),
                    Some(_) => {}
                    None => return Err(StoreError::aws("writing the table", &error)),
                },
            }
        }
    }

    /// Writes an item over one that has expired, of which nothing survives. Whether that
    /// one was still there as it was.
    pub(crate) async fn replace(
        &self,
        key: &Key,
        fields: &Item,
        expired: &Item,
    ) -> Result<bool, StoreError> {
        let mut request = self.assign(key, fields);
        let old = expired.keys().filter(|name| *name != "pk" && *name != "sk");
        let mut gone = Vec::new();
        for (at, name) in old.filter(|name| !fields.contains_key(*name)).enumerate() {
            gone.push(format!("#r{at}"));
            request = request.expression_attribute_names(format!("#r{at}"), name);
        }
        let change = request.get_update_expression().clone().unwrap_or_default();
        if !gone.is_empty() {
            request = request.update_expression(format!("{change} REMOVE {}", gone.join(", ")));
        }
        let was = expired.get(TTL).cloned().unwrap_or(AttributeValue::Null(true));
        let request =
            request.condition_expression("#ttl = :was").expression_attribute_values(":was", was);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_condition(error.as_service_error()) => Ok(false),
            Err(error) => Err(StoreError::aws("writing the table", &error)),
        }
    }

    /// A request that sets these fields; whoever refuses it by a condition shows the item.
    fn assign(&self, key: &Key, fields: &Item) -> UpdateItemFluentBuilder {
        let mut request = self.client.update_item().table_name(&self.name);
        request = request
            .set_key(Some(item_of(key)))
            .expression_attribute_names("#ttl", TTL)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let mut assignments = Vec::new();
        for (at, (field, value)) in fields.iter().enumerate() {
            assignments.push(format!("#f{at} = :v{at}"));
            request = request
                .expression_attribute_names(format!("#f{at}"), field)
                .expression_attribute_values(format!(":v{at}"), value.clone());
        }
        request.update_expression(format!("SET {}", assignments.join(", ")))
    }
}

/// Whether an item would expire sooner than one that was written lately.
fn is_fading(ttl: Option<u64>) -> bool {
    ttl.is_none_or(|ttl| ttl < ttl_after(LIFETIME.saturating_sub(NEGLECTED)))
}

/// The item that a refused condition was checked against.
pub(crate) fn refused_item<R>(error: &SdkError<UpdateItemError, R>) -> Option<&Item> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(refused) => refused.item(),
        _ => None,
    }
}
