//! Events on their way: in order within a session, tried again for a while.

use crate::server::OpenCx;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// The pauses between the attempts at one delivery; after the last the event is given up.
const PAUSES: [Duration; 7] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
    Duration::from_millis(3200),
];

/// How the delivery of an event ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// On its way or waiting for its turn.
    Pending,
    /// There was no address to post it to.
    NowhereToGo,
    /// Answered with a status that is not tried again: 2xx is taken, everything else below 500
    /// refused.
    Answered(u16),
    /// Given up after the last attempt; the text says how that one failed.
    GivenUp(String),
}

/// An event that this server sent.
#[derive(Clone, Debug, Serialize)]
pub struct EmittedEvent {
    /// The JSON object that was posted.
    pub body: Value,
    /// What became of it; of an event that was sent twice, what became of the second.
    pub delivery: Delivery,
    /// How many times it was posted, repetitions included.
    pub attempts: u32,
}

/// All events, and one queue per session.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    events: Vec<EmittedEvent>,
    lanes: HashMap<String, UnboundedSender<usize>>,
    url: Option<String>,
}

impl Outbox {
    /// Where events go from now on.
    pub(crate) fn set_url(&mut self, url: Option<String>) {
        self.url = url;
    }

    /// Every event, oldest first.
    pub(crate) fn events(&self) -> &[EmittedEvent] {
        &self.events
    }

    /// Puts `body` behind the earlier events of `session`.
    pub(crate) fn post(&mut self, sim: &OpenCx, session: &str, body: Value) {
        let index = self.events.len();
        self.events.push(EmittedEvent { body, delivery: Delivery::Pending, attempts: 0 });
        let lane = self.lanes.entry(session.to_owned()).or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            sim.spawn(work(sim.clone(), receiver));
            sender
        });
        // Nobody receives once the server has stopped: the event stays pending.
        lane.send(index).ok();
    }
}

async fn work(sim: OpenCx, mut lane: UnboundedReceiver<usize>) {
    while let Some(index) = lane.recv().await {
        deliver(&sim, index).await;
        let every = sim.inner.options.repeat_every.and_then(|n| usize::try_from(n).ok());
        if every.is_some_and(|n| n > 0 && (index + 1).is_multiple_of(n)) {
            deliver(&sim, index).await;
        }
    }
}

async fn deliver(sim: &OpenCx, index: usize) {
    let mut pauses = PAUSES.iter();
    loop {
        let outcome = attempt(sim, index).await;
        let error = match outcome {
            Ok(delivery) => return settle(sim, index, delivery),
            Err(error) => error,
        };
        let Some(pause) = pauses.next() else {
            tracing::warn!(error, "an event is given up");
            return settle(sim, index, Delivery::GivenUp(error));
        };
        tokio::time::sleep(*pause).await;
    }
}

/// Posts an event once; an error is worth another attempt.
async fn attempt(sim: &OpenCx, index: usize) -> Result<Delivery, String> {
    let (url, body) = {
        let outbox = &mut sim.state().outbox;
        let Some(url) = outbox.url.clone() else { return Ok(Delivery::NowhereToGo) };
        let Some(event) = outbox.events.get_mut(index) else { return Ok(Delivery::NowhereToGo) };
        event.attempts += 1;
        (url, event.body.clone())
    };
    match sim.inner.http.post(url).json(&body).send().await {
        Ok(response) if response.status().is_server_error() => Err(response.status().to_string()),
        Ok(response) => Ok(Delivery::Answered(response.status().as_u16())),
        Err(error) => Err(error.to_string()),
    }
}

fn settle(sim: &OpenCx, index: usize, delivery: Delivery) {
    if let Some(event) = sim.state().outbox.events.get_mut(index) {
        event.delivery = delivery;
    }
}
