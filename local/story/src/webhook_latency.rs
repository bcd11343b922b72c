//! The time that the webhook takes to answer.

use std::time::Duration;

use bridge_local::demo::{OPENCX_WEBHOOK_TOKEN, ORG};
use serde_json::json;
use tokio::time::Instant;

use crate::context::{Context, expect};

/// Deliveries in one measurement.
const DELIVERIES: usize = 9;

/// The median of a few deliveries.
pub(crate) struct WebhookLatency(Duration);

impl WebhookLatency {
    /// Delivers events that go through the webhook into a queue, and for which no vendor is called
    /// afterwards. Each must be answered 200.
    pub(crate) async fn measure(story: &Context<'_>, name: &str) -> Result<Self, String> {
        let client = reqwest::Client::new();
        let url = format!("{}/webhooks/opencx/{ORG}/{OPENCX_WEBHOOK_TOKEN}", story.bridge_url());
        let mut latencies = Vec::new();
        for n in 0..DELIVERIES {
            let id = format!("latency {name} {n}");
            let event = json!({ "event": "conversation.ai_response", "event_id": id, "data":
                { "conversation_id": id, "message": "" } });
            let started = Instant::now();
            let answer = client.post(&url).json(&event).send().await;
            let answer = answer.map_err(|error| format!("the webhook does not answer: {error}"))?;
            latencies.push(started.elapsed());
            expect(answer.status() == 200, "the webhook answers 200")?;
        }
        latencies.sort();
        Ok(Self(latencies[DELIVERIES / 2]))
    }

    pub(crate) fn millis(&self) -> f64 {
        self.0.as_secs_f64() * 1000.0
    }

    /// Returns the median and the maximum of several measurements, in milliseconds.
    pub(crate) fn summary(measurements: &[Self]) -> (f64, f64) {
        let mut all: Vec<f64> = measurements.iter().map(Self::millis).collect();
        all.sort_by(f64::total_cmp);
        let median = all.get(all.len() / 2).copied().unwrap_or_default();
        (median, all.last().copied().unwrap_or_default())
    }
}
