//! The interface of a function that reads a queue.

use std::future::Future;

use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::registry::FunctionEntry;
use bridge_rate_limiter::Priority;
use bridge_store::{Outgoing, Queue};

use crate::context::EventContext;
use crate::decode::{DecodeError, DecodedEvent};
use crate::retry::Failure;

/// The result of handling an event.
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

    /// The urgency of its effects.
    const PRIORITY: Priority = Priority::Interactive;

    /// The number of calls that one of its events typically makes to HubSpot.
    const TYPICAL_CALLS: u32 = 2;

    /// The data of an event.
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

    /// Tells people who wait for the event's effect that it is parked. Called before each parking;
    /// the event is parked whatever comes of it.
    fn parked(
        _context: &EventContext<'_>,
        _event: &Self::Event,
        _reason: ParkReason,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }
}
