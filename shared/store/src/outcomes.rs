//! The two indexes over finished claims: all outcomes by day, and what is parked.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::Select;
use bridge_domain::ids::OrgId;
use bridge_domain::outcome::{OutcomeRecord, ParkReason};
use serde::Deserialize;

use crate::error::StoreError;
use crate::key::{Key, short};
use crate::table::{Table, text};

/// The partition of an outcome: its organisation and its day, so that no
/// partition grows without bound or takes all the writes for ever.
pub(crate) fn partition(org: &str, at: &str) -> String {
    format!("{}#{}", index_org(org), at.get(..10).unwrap_or(at))
}

/// The key in an index of events without an organisation, since `DynamoDB` takes no empty key.
pub(crate) const NO_ORG: &str = "-";

/// The organisation as the key of an index.
pub(crate) fn index_org(org: &str) -> Cow<'_, str> {
    if org.is_empty() { Cow::Borrowed(NO_ORG) } else { short(org) }
}

/// The key of a parked event in the index: those of unknown organisations stand with those that
/// name none, so that they are found without knowing the name.
pub(crate) fn parked_org(record: &OutcomeRecord) -> Cow<'_, str> {
    let is_unknown = record.reason.as_deref() == Some(ParkReason::UnknownOrg.as_str());
    if is_unknown { Cow::Borrowed(NO_ORG) } else { index_org(&record.org) }
}

impl Table {
    /// Returns whether an event has its outcome in a function; an event that
    /// was never claimed, or whose claim has expired, counts as settled.
    pub async fn is_settled(
        &self,
        function: &str,
        org: &OrgId,
        event_id: &str,
    ) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct EventClaim {
            state: String,
        }
        let key = Key::event(function, org.as_str(), event_id);
        let claim: Option<EventClaim> = self.get(&key).await?;
        Ok(claim.is_none_or(|claim| claim.state == "done"))
    }

    /// Counts the parked events of an organisation.
    pub async fn parked_count(&self, org: &OrgId) -> Result<u64, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.name)
            .index_name("parked")
            .key_condition_expression("parked_org = :org")
            .expression_attribute_values(":org", text(org.as_str()))
            .select(Select::Count)
            .into_paginator()
            .send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| StoreError::aws("counting parked events", &error))?;
            count += u64::try_from(page.count).unwrap_or_default();
        }
        Ok(count)
    }
}
