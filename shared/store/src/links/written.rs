//! Values that the bridge wrote into tickets, kept to recognise them when they come back.

use bridge_domain::ids::OrgId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Table, now_ms};

/// A property value that the bridge wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// A keyed hash of it: it is only compared.
    #[serde(default)]
    pub digest: String,
    /// When (epoch milliseconds).
    pub at: u64,
    /// True if the ticket was made with it, some moments before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_ticket: Option<bool>,
}

impl Table {
    /// Returns what is kept of a value that was written just now.
    pub async fn written(&self, org: &OrgId, value: &str) -> Result<Written, StoreError> {
        let digest = self.digest(org, &comparable(value)).await?;
        Ok(Written { digest, at: now_ms(), with_ticket: None })
    }

    /// Returns whether a value is the one that was written.
    pub async fn is_written(
        &self,
        org: &OrgId,
        written: &Written,
        value: &str,
    ) -> Result<bool, StoreError> {
        Ok(written.digest == self.digest(org, &comparable(value)).await?)
    }
}

/// A value as it is compared: HubSpot writes numbers its own way, `7.0` comes back as `7`.
fn comparable(value: &str) -> String {
    let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.map_or_else(|| value.to_owned(), |number| number.to_string())
}
