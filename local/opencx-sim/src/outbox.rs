//! The events that were sent, and the state of their delivery.

use serde::Serialize;
use serde_json::Value;

use crate::session_queues::SessionQueues;

/// An event that the simulator sent.
#[derive(Clone, Debug, Serialize)]
pub struct EmittedEvent {
    /// The JSON object that was posted.
    pub body: Value,
    /// The state of its delivery; of an event that was sent twice, of the second.
    pub delivery: EventDelivery,
    /// Number of times that it was posted, repetitions included.
    pub attempts: u32,
}

/// The state of an event's delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventDelivery {
    /// Under way, or waiting for an earlier event of its session.
    Pending,
    /// There was no address to post it to.
    NoReceiver,
    /// Answered with a status that is not retried, which is any below 500.
    Answered(u16),
    /// Given up after the last attempt, with the error of that one.
    GivenUp(String),
}

/// All events, oldest first, and the queues of those to deliver.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) url: Option<String>,
    pub(crate) events: Vec<EmittedEvent>,
    /// Indexes of events.
    pub(crate) queues: SessionQueues<usize>,
}
