//! The test of the test: a table that forgets who works on an event.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::sync::Barrier;

use crate::call::Service;

/// The sabotage of the table: what it forgets.
#[derive(Default)]
pub enum Sabotage {
    /// Nothing: the matrix itself.
    #[default]
    Nothing,
    /// That there was an earlier delivery: each has claims of its own.
    Deliveries(AtomicUsize),
    /// That somebody else has the claim: two deliveries at a time both get it.
    Conditions { claims: AtomicUsize, both: Barrier },
}

impl Sabotage {
    pub fn deliveries() -> Self {
        Self::Deliveries(AtomicUsize::new(0))
    }

    pub fn conditions() -> Self {
        Self::Conditions { claims: AtomicUsize::new(0), both: Barrier::new(2) }
    }

    /// A delivery begins.
    pub fn begin(&self) {
        if let Self::Deliveries(count) = self {
            count.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The call as the table gets it.
    pub async fn rewrite(&self, service: Service, body: Vec<u8>) -> Vec<u8> {
        let Ok(mut call) = serde_json::from_slice::<Value>(&body) else { return body };
        let key = call["Key"]["pk"]["S"].as_str().unwrap_or_default().to_owned();
        if service != Service::Table || !key.starts_with("EVENT#") {
            return body;
        }
        match self {
            Self::Nothing => return body,
            Self::Deliveries(count) => {
                let key = format!("{key}#{}", count.load(Ordering::SeqCst));
                call["Key"]["pk"]["S"] = key.into();
            }
            Self::Conditions { claims, both } => {
                // Both take it, with their first write, before either goes on.
                let update = call["UpdateExpression"].as_str().unwrap_or_default();
                if update.contains("#attempt") && claims.fetch_add(1, Ordering::SeqCst) < 2 {
                    both.wait().await;
                }
                // DynamoDB refuses values that nothing uses: the condition stays, and always holds.
                if let Some(condition) = call["ConditionExpression"].as_str() {
                    let always = "attribute_exists(pk) OR attribute_not_exists(pk)";
                    // Without parentheses of its own: DynamoDB refuses those that are redundant.
                    call["ConditionExpression"] = format!("{condition} OR {always}").into();
                }
            }
        }
        call.to_string().into_bytes()
    }
}
