//! Delivery of events: in order within a session, retried for a while.

use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use serde_json::Value;
use sim_kit::clock;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::outbox::{EmittedEvent, EventDelivery};
use crate::signature::sign;
use crate::sim::OpenCxSim;
use crate::state::State;

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

impl OpenCxSim {
    /// Sets the receiver of events; without one they are only recorded. Events that are still
    /// under way go to the new address too.
    pub fn set_events_url(&self, url: Option<String>) {
        self.state().outbox.url = url;
    }

    /// Sends an event behind the earlier ones of a session.
    pub(crate) fn post_event(&self, state: &mut State, session: &str, body: Value) {
        let index = state.outbox.events.len();
        let delivery = EventDelivery::Pending;
        state.outbox.events.push(EmittedEvent { body, delivery, attempts: 0 });
        state.outbox.queues.push(session, index, |queue| {
            self.inner.server.spawn(work(self.clone(), queue));
        });
    }

    /// Posts an event once; an error is worth another attempt.
    async fn attempt(&self, index: usize) -> Result<EventDelivery, String> {
        let (url, body) = {
            let outbox = &mut self.state().outbox;
            let Some(url) = outbox.url.clone() else { return Ok(EventDelivery::NoReceiver) };
            let event = &mut outbox.events[index];
            event.attempts += 1;
            (url, event.body.to_string())
        };
        let mut request = self.inner.http.post(url).header(CONTENT_TYPE, "application/json");
        if let Some(secret) = &self.inner.options.webhook_secret {
            // The id is the same in every attempt, so that a receiver can recognise a repeat.
            let (id, timestamp) = (format!("msg_{index}"), clock::now_ms() / 1000);
            request = request
                .header("webhook-signature", sign(secret, &id, timestamp, &body))
                .header("webhook-timestamp", timestamp)
                .header("webhook-id", id);
        }
        match request.body(body).send().await {
            Ok(answer) if answer.status().is_server_error() => Err(answer.status().to_string()),
            Ok(answer) => Ok(EventDelivery::Answered(answer.status().as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }
}

async fn work(sim: OpenCxSim, mut queue: UnboundedReceiver<usize>) {
    while let Some(index) = queue.recv().await {
        let every = sim.inner.options.repeat_every.and_then(|n| usize::try_from(n).ok());
        let is_repeated = every.is_some_and(|n| n > 0 && (index + 1).is_multiple_of(n));
        for _ in 0..if is_repeated { 2 } else { 1 } {
            let delivery = deliver(&sim, index).await;
            sim.state().outbox.events[index].delivery = delivery;
        }
    }
}

async fn deliver(sim: &OpenCxSim, index: usize) -> EventDelivery {
    let mut pauses = PAUSES.iter();
    loop {
        let error = match sim.attempt(index).await {
            Ok(delivery) => return delivery,
            Err(error) => error,
        };
        let Some(pause) = pauses.next() else {
            tracing::warn!(error, "an event is given up");
            return EventDelivery::GivenUp(error);
        };
        tokio::time::sleep(*pause).await;
    }
}
