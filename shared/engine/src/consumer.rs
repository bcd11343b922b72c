//! What a function that reads a queue has to say about itself.

use std::future::Future;

use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::FunctionEntry;
use bridge_store::{Outgoing, Queue};

use crate::budget::Urgency;
use crate::context::EventContext;
use crate::decode::{DecodeError, DecodedEvent};
use crate::retry::Failure;

/// How the work on an event ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It had its effect.
    Applied,
    /// A rule says that it has none.
    Skipped(SkipReason),
    /// It is to be passed on to another queue, where it will have its outcome.
    PassOn(Queue, Outgoing),
}

impl From<SkipReason> for Handled {
    fn from(reason: SkipReason) -> Self {
        Self::Skipped(reason)
    }
}

/// A function that reads a queue.
pub trait Consumer: Send + Sync + 'static {
    /// Its row in the registry.
    const FUNCTION: &'static FunctionEntry;

    /// Whether somebody waits for it.
    const URGENCY: Urgency = Urgency::Conversation;

    /// What an event says.
    type Event: Send + Sync;

    /// Reads the events of a queue message.
    #[expect(clippy::type_complexity, reason = "a list of which each may be unreadable")]
    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<Self::Event>, DecodeError>>, DecodeError>;

    /// Does what the event asks for.
    fn handle(
        context: &EventContext<'_>,
        event: &Self::Event,
    ) -> impl Future<Output = Result<Handled, Failure>> + Send;
}
