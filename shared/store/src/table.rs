//! The table: items by key, and when they expire.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::key::Key;
use crate::person::Salts;

/// The attribute that says when an item expires (epoch seconds), as template.yaml has it.
pub const TTL: &str = "ttl";

/// An item as the SDK carries it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The one table of the bridge.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) salts: Salts,
}

impl Table {
    /// The table of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into(), salts: Salts::default() }
    }

    /// Reads an item. Reads are strongly consistent: a claim or a link written
    /// a moment ago must be seen.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.item(key).await?.filter(alive).map(read).transpose()
    }

    /// Reads an item as it is, even if it has expired.
    pub(crate) async fn item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(item_of(key)));
        let answer = request.consistent_read(true).send().await;
        answer
            .map(|answer| answer.item)
            .map_err(|error| StoreError::aws("reading the table", &error))
    }

    /// Reads all items of a partition, with their keys.
    pub(crate) async fn partition(&self, pk: &str) -> Result<Vec<(Key, Item)>, StoreError> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", text(pk));
        let mut found = query.into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = found.next().await {
            let item =
                item.map_err(|error| StoreError::aws("listing items of the table", &error))?;
            let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
            items.push((Key { pk: pk.to_owned(), sk }, item));
        }
        Ok(items)
    }

    /// Removes an item.
    pub async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name);
        let answer = request.set_key(Some(item_of(key))).send().await;
        answer.map(|_| ()).map_err(|error| StoreError::aws("deleting from the table", &error))
    }
}

/// `DynamoDB` removes expired items late, within days: until then they are not there.
pub(crate) fn alive(item: &Item) -> bool {
    let ttl = item.get(TTL).and_then(|ttl| ttl.as_n().ok()?.parse::<u64>().ok());
    ttl.is_none_or(|ttl| ttl * 1000 > now_ms())
}

pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(StoreError::corrupt)
}

pub(crate) fn write(fields: &impl Serialize) -> Result<Item, StoreError> {
    serde_dynamo::to_item(fields).map_err(StoreError::corrupt)
}

pub(crate) fn item_of(key: &Key) -> Item {
    HashMap::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    now_us() / 1_000
}

/// Microseconds since 1970.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// The value of a `ttl` attribute that ends after this time: epoch seconds.
pub fn ttl_after(lifetime: Duration) -> u64 {
    now_ms() / 1000 + lifetime.as_secs()
}
