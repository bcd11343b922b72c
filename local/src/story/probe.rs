//! How long the webhook takes to answer.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::stage::{Stage, expect};
use crate::demo::{ORG, WEBHOOK_TOKEN};

/// How many deliveries are measured at a time.
const DELIVERIES: usize = 9;

/// The webhook, measured: the median of a few deliveries.
pub(crate) struct Probe(Duration);

impl Probe {
    /// Delivers events that go the whole way through the webhook into a queue, and that
    /// no vendor is asked about afterwards. Each must be answered 200.
    pub(crate) async fn take(stage: &Stage<'_>, name: &str) -> Result<Self, String> {
        let client = reqwest::Client::new();
        let url = format!("{}/webhooks/opencx/{ORG}/{WEBHOOK_TOKEN}", stage.bridge_url());
        let mut took = Vec::new();
        for at in 0..DELIVERIES {
            let id = format!("probe {name} {at}");
            let event = json!({ "event": "conversation.ai_response", "event_id": id, "data":
                { "conversation_id": id, "message": "" } });
            let began = Instant::now();
            let answer = client.post(&url).json(&event).send().await;
            let answer = answer.map_err(|error| format!("the webhook does not answer: {error}"))?;
            took.push(began.elapsed());
            expect(answer.status() == 200, "the webhook answers 200")?;
        }
        took.sort();
        Ok(Self(took[DELIVERIES / 2]))
    }

    /// In milliseconds.
    pub(crate) fn millis(&self) -> f64 {
        self.0.as_secs_f64() * 1000.0
    }

    /// The median of several, and the longest, in milliseconds.
    pub(crate) fn summary(probes: &[Self]) -> (f64, f64) {
        let mut all: Vec<f64> = probes.iter().map(Self::millis).collect();
        all.sort_by(f64::total_cmp);
        let at = |index: usize| all.get(index).copied().unwrap_or_default();
        (at(all.len() / 2), at(all.len().saturating_sub(1)))
    }
}
