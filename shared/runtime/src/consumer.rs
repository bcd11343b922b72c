//! What a function that reads a queue has to say about itself.

use std::future::Future;

use bridge_domain::outcome::SkipReason;
use bridge_store::{Outgoing, Queue};

use crate::budget::Urgency;
use crate::failure::Failure;
use crate::incoming::{Incoming, Refused};
use crate::work::Work;

/// How the work on an event ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It had its effect.
    Applied,
    /// A rule says that it has none.
    Skipped(SkipReason),
    /// It is to be passed on to another queue, where it will have its outcome.
    PassOn(Queue, Outgoing),
}

impl From<SkipReason> for Ended {
    fn from(reason: SkipReason) -> Self {
        Self::Skipped(reason)
    }
}

/// A function that reads a queue.
pub trait Consumer: Send + Sync + 'static {
    /// Its name in records, logs and claims.
    const NAME: &'static str;

    /// Whether somebody waits for it.
    const URGENCY: Urgency = Urgency::Conversation;

    /// The queues that it writes to, besides `parked`.
    const WRITES: &'static [Queue] = &[];

    /// What an event says.
    type Event: Send + Sync;

    /// Reads the events of a queue message.
    #[expect(clippy::type_complexity, reason = "a list of which each may be unreadable")]
    fn read(body: &str) -> Result<Vec<Result<Incoming<Self::Event>, Refused>>, Refused>;

    /// Does what the event asks for.
    fn act(
        work: &Work<'_>,
        event: &Self::Event,
    ) -> impl Future<Output = Result<Ended, Failure>> + Send;
}
