//! The courier: batches events, sends the deliveries, and repeats those that failed.
//!
//! HubSpot repeats after connection failures, time-outs, 429 and 5xx, up to ten times with growing
//! pauses. Other 4xx answers are final.

use std::pin::Pin;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use sim_kit::clock;
use tokio::sync::mpsc::UnboundedReceiver;

use super::event::{ChannelEvent, Event, Outgoing};
use super::signature;
use crate::options::Signature;
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

    pub(crate) async fn run(mut self, mut outbox: UnboundedReceiver<Outgoing>) {
        while let Some(first) = outbox.recv().await {
            let mut batch = Vec::new();
            self.sort(first, &mut batch);
            if batch.is_empty() {
                continue;
            }
            tokio::time::sleep(self.portal.options(|options| options.batch_wait)).await;
            while batch.len() < MAX_BATCH
                && let Ok(next) = outbox.try_recv()
            {
                self.sort(next, &mut batch);
            }
            self.send(&Parcel::Batch(batch));
        }
    }

    /// Puts an event into the batch, and sends one of a channel at once.
    fn sort(&mut self, outgoing: Outgoing, batch: &mut Vec<Event>) {
        match outgoing {
            Outgoing::Event(event) => batch.push(event),
            Outgoing::Channel(event) => self.send(&Parcel::Channel(event)),
        }
    }

    fn send(&mut self, parcel: &Parcel) {
        self.sent += 1;
        let every = self.portal.options(|options| options.repeat_every);
        let twice = every.is_some_and(|n| n > 0 && self.sent.is_multiple_of(n));
        for repeat in [false, true].into_iter().take(1 + usize::from(twice)) {
            let (portal, client) = (self.portal.clone(), self.client.clone());
            self.portal.spawn(deliver(portal, client, parcel.clone(), repeat));
        }
    }
}

/// The content of one delivery.
#[derive(Clone)]
enum Parcel {
    Batch(Vec<Event>),
    Channel(ChannelEvent),
}

impl Parcel {
    fn url(&self, portal: &Portal) -> Option<String> {
        match self {
            Self::Batch(_) => portal.options(|options| options.webhook_url.clone()),
            Self::Channel(event) => portal.channel_webhook_url(&event.channel),
        }
    }

    fn body(&self, attempt: u32) -> Value {
        match self {
            Self::Batch(batch) => batch.iter().map(|event| event.attempted(attempt)).collect(),
            Self::Channel(event) => event.body.clone(),
        }
    }

    /// Takes the channel's events that are sent after this delivery.
    fn take_later(&mut self) -> Vec<ChannelEvent> {
        match self {
            Self::Batch(batch) => batch.iter_mut().filter_map(|event| event.then.take()).collect(),
            Self::Channel(_) => Vec::new(),
        }
    }
}

/// Delivers a parcel. Boxed, since the delivery of a batch begins those of channels.
fn deliver(
    portal: Portal,
    client: Client,
    mut parcel: Parcel,
    repeat: bool,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let later = parcel.take_later();
    Box::pin(async move { attempts(&portal, &client, &parcel, repeat, later).await })
}

async fn attempts(
    portal: &Portal,
    client: &Client,
    parcel: &Parcel,
    repeat: bool,
    mut later: Vec<ChannelEvent>,
) {
    let mut pause = portal.options(|options| options.retry_base);
    for attempt in 0..=REPEATS {
        let next = match parcel.url(portal) {
            Some(url) => once(portal, client, parcel, (url, attempt), repeat).await,
            None => Next::Done,
        };
        for event in later.drain(..) {
            let parcel = Parcel::Channel(event);
            portal.spawn(deliver(portal.clone(), client.clone(), parcel, repeat));
        }
        let Next::Again(asked) = next else { return };
        tokio::time::sleep(asked.unwrap_or(pause)).await;
        pause *= 2;
    }
}

async fn once(
    portal: &Portal,
    client: &Client,
    parcel: &Parcel,
    (url, attempt): (String, u32),
    repeat: bool,
) -> Next {
    let (body, at) = (parcel.body(attempt), clock::now_ms());
    let kind = match parcel {
        Parcel::Batch(_) => portal.options(|options| options.signature),
        Parcel::Channel(_) => Signature::V3,
    };
    let answer = post(portal, client, &url, &body, kind).await;
    let next = after(answer.as_ref());
    let status = answer.map(|response| response.status().as_u16());
    tracing::debug!(attempt, ?status, "webhook");
    let delivery = Delivery { url, attempt, status, body, at, repeat };
    portal.with(|state| state.deliveries.push(delivery));
    next
}

/// Sends events once; `None` when the receiver could not be reached or did not answer in time.
async fn post(
    portal: &Portal,
    client: &Client,
    url: &str,
    events: &Value,
    kind: Signature,
) -> Option<Response> {
    let body = events.to_string();
    let secret = portal.options(|options| options.client_secret.clone());
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
