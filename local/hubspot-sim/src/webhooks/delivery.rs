//! The courier: batches events, sends the deliveries, and repeats those that failed.
//!
//! HubSpot repeats after connection failures, time-outs, 429 and 5xx, up to ten times with growing
//! pauses. Other 4xx answers are final.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use sim_kit::clock;
use tokio::sync::mpsc::UnboundedReceiver;

use super::event::Event;
use super::signature;
use crate::portal::Portal;

/// Largest number of events in one delivery.
const MAX_BATCH: usize = 100;
/// Repeats after the first attempt.
const REPEATS: u32 = 10;

/// One attempt to deliver a batch of events.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    pub url: String,
    pub attempt: u32,
    /// Status of the receiver's answer; `None` when there was none.
    pub status: Option<u16>,
    pub body: Value,
    /// Time of sending, in milliseconds since the epoch.
    pub at: u64,
    /// HubSpot sent it a second time for no reason.
    pub repeat: bool,
}

/// Sends the portal's events until it is dropped.
pub(crate) struct Courier {
    portal: Portal,
    client: Client,
    sent: u32,
}

/// The step after an attempt.
enum Next {
    Done,
    Again(Option<Duration>),
}

impl Courier {
    pub(crate) fn new(portal: Portal, client: Client) -> Self {
        Self { portal, client, sent: 0 }
    }

    pub(crate) async fn run(mut self, mut events: UnboundedReceiver<Event>) {
        while let Some(first) = events.recv().await {
            tokio::time::sleep(self.portal.options(|options| options.batch_wait)).await;
            let mut batch = vec![first];
            while batch.len() < MAX_BATCH
                && let Ok(event) = events.try_recv()
            {
                batch.push(event);
            }
            self.send(&batch);
        }
    }

    fn send(&mut self, batch: &[Event]) {
        if self.portal.options(|options| options.webhook_url.is_none()) {
            return;
        }
        self.sent += 1;
        let every = self.portal.options(|options| options.repeat_every);
        let twice = every.is_some_and(|n| n > 0 && self.sent.is_multiple_of(n));
        for repeat in [false, true].into_iter().take(1 + usize::from(twice)) {
            let (portal, client) = (self.portal.clone(), self.client.clone());
            self.portal.spawn(deliver(portal, client, batch.to_vec(), repeat));
        }
    }
}

async fn deliver(portal: Portal, client: Client, batch: Vec<Event>, repeat: bool) {
    let mut pause = portal.options(|options| options.retry_base);
    for attempt in 0..=REPEATS {
        let Some(url) = portal.options(|options| options.webhook_url.clone()) else { return };
        let events: Value = batch.iter().map(|event| event.attempted(attempt)).collect();
        let at = clock::now_ms();
        let answer = post(&portal, &client, &url, &events).await;
        let next = after(answer.as_ref());
        let status = answer.map(|response| response.status().as_u16());
        tracing::debug!(attempt, ?status, events = batch.len(), "webhook");
        let delivery = Delivery { url, attempt, status, body: events, at, repeat };
        portal.with(|state| state.deliveries.push(delivery));
        let Next::Again(asked) = next else { return };
        tokio::time::sleep(asked.unwrap_or(pause)).await;
        pause *= 2;
    }
}

/// Sends events once; `None` when the receiver could not be reached or did not answer in time.
async fn post(portal: &Portal, client: &Client, url: &str, events: &Value) -> Option<Response> {
    let body = events.to_string();
    let (secret, kind) =
        portal.options(|options| (options.client_secret.clone(), options.signature));
    let mut request = client.post(url).header("Content-Type", "application/json");
    if let Some(secret) = secret {
        for (name, value) in signature::headers(kind, &secret, url, &body, clock::now_ms()) {
            request = request.header(name, value);
        }
    }
    request.body(body).send().await.ok()
}

fn after(answer: Option<&Response>) -> Next {
    let Some(response) = answer else { return Next::Again(None) };
    let status = response.status();
    if status.is_server_error() {
        return Next::Again(None);
    }
    if status != StatusCode::TOO_MANY_REQUESTS {
        return Next::Done;
    }
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Next::Again(seconds.and_then(|text| text.parse().ok()).map(Duration::from_secs))
}
