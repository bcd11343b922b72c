//! The events of a delivery: in order, logged where they ask for nothing, small enough for a queue.

use bridge_domain::hubspot::events::Ignored;
use bridge_domain::ids::OrgId;
use bridge_domain::time::Timestamp;
use bridge_store::{LARGEST_MESSAGE, Outgoing};

/// The events by their moments: HubSpot keeps no order within a delivery. One that does
/// not say when it happened stays behind the one before it.
pub(crate) fn in_order<E>(
    events: impl Iterator<Item = (Option<Timestamp>, E)>,
) -> impl Iterator<Item = E> {
    let mut last = None;
    let mut timed: Vec<(Option<Timestamp>, E)> = Vec::new();
    for (moment, event) in events {
        last = moment.or(last);
        timed.push((last, event));
    }
    timed.sort_by_key(|(moment, _)| *moment);
    timed.into_iter().map(|(_, event)| event)
}

/// Logs an event that asks for nothing; one that is odd shows.
pub(crate) fn log_ignored(org: &OrgId, trace: &str, reason: &Ignored) {
    if reason.is_odd() {
        tracing::warn!(%org, trace, %reason, "event ignored");
    } else {
        tracing::debug!(%org, trace, %reason, "event ignored");
    }
}

/// Returns whether a queue takes the message. What is too large for it would be in the way
/// of its whole delivery, each time that comes.
pub(crate) fn fits(message: &Outgoing) -> bool {
    let fits = message.size() <= LARGEST_MESSAGE;
    if !fits {
        tracing::error!(group = message.group, size = message.size(), "too large for a queue");
    }
    fits
}
