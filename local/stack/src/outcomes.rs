//! All outcome records. Only here is the table ever scanned: it is small, and an operator's
//! commands read a day of an organisation instead.

use aws_sdk_dynamodb::Client;
use bridge_domain::outcome::OutcomeRecord;

use crate::aws::TABLE;

/// Reads all outcome records, oldest first.
pub(crate) async fn all(client: &Client) -> Result<Vec<OutcomeRecord>, String> {
    let mut items = client
        .scan()
        .table_name(TABLE)
        .filter_expression("attribute_exists(outcome)")
        .into_paginator()
        .items()
        .send();
    let mut records: Vec<OutcomeRecord> = Vec::new();
    while let Some(item) = items.next().await {
        let item = item.map_err(|error| format!("the table cannot be read: {error}"))?;
        let record = item.get("outcome").and_then(|outcome| outcome.as_s().ok());
        records.extend(record.and_then(|record| serde_json::from_str(record).ok()));
    }
    records.sort_by(|one, other| one.at.cmp(&other.at));
    Ok(records)
}
