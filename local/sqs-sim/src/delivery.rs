//! The messages that a receive gets, and their order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Moment;
use crate::message::{MessageState, ReceivedMessage, StoredMessage};
use crate::queue_state::{Entry, QueueState, Receive};
use crate::receipt::Receipt;

/// Messages in flight, after which a FIFO queue hands out no more and gives no error
/// (SQS developer guide, "Amazon SQS message quotas": in-flight messages).
const MAX_IN_FLIGHT: usize = 120_000;

/// The parameters of a receive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceiveRequest<'a> {
    /// Name of the queue.
    pub queue: &'a str,
    /// Most messages to hand out.
    pub max: usize,
    /// Time that they stay in flight.
    pub visibility: Duration,
    /// `maxReceiveCount`, if the queue has a redrive policy.
    pub max_receive_count: Option<u32>,
}

/// The result of a receive.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// For the consumer.
    pub received: Vec<ReceivedMessage>,
    /// For the dead-letter queue: no longer in this one.
    pub dead: Vec<StoredMessage>,
}

/// Hands out what may be received now.
///
/// A message that was received often enough is taken out instead, at the moment when it would be
/// received again; the next of its group then moves up within the same receive.
pub(crate) fn deliver(
    state: &mut QueueState,
    request: ReceiveRequest<'_>,
    now: Moment,
) -> Delivery {
    let mut delivery = Delivery::default();
    let room = MAX_IN_FLIGHT.saturating_sub(state.depth(now.at).in_flight).min(request.max);
    for sequence in receivable(&state.entries, now.at) {
        if delivery.received.len() == room {
            break;
        }
        let is_dead = |e: &Entry| request.max_receive_count.is_some_and(|m| e.receives_here >= m);
        if state.entries.get(&sequence).is_some_and(is_dead) {
            delivery.dead.extend(state.entries.remove(&sequence).map(|entry| entry.message));
        } else if let Some(entry) = state.entries.get_mut(&sequence) {
            delivery.received.push(hand_out(sequence, entry, request, now));
        }
    }
    delivery
}

fn hand_out(
    sequence: u64,
    entry: &mut Entry,
    request: ReceiveRequest<'_>,
    now: Moment,
) -> ReceivedMessage {
    let receipt = Receipt::issue(sequence);
    let receipt_handle = receipt.handle(request.queue);
    entry.last_receive = Some(Receive { receipt, at: now.at });
    entry.receives_here += 1;
    entry.ready_at = now.at + request.visibility;
    entry.message.receive_count += 1;
    entry.message.first_received_ms.get_or_insert(now.ms);
    ReceivedMessage { message: entry.message.clone(), receipt_handle }
}

/// Returns the messages that may be received, in the order of delivery: group after group, so that
/// a batch holds as many of one group as possible; the group with the oldest message first.
///
/// A group with a message in flight is blocked as a whole, also while the visibility timeout of
/// that message was set to end later than those of the others. A delayed message blocks what comes
/// after it in its group.
fn receivable(entries: &BTreeMap<u64, Entry>, now: Instant) -> Vec<u64> {
    let in_flight = entries.values().filter(|e| e.state(now) == MessageState::InFlight);
    let mut blocked: HashSet<&str> = in_flight.map(|e| e.message.group.as_str()).collect();
    let mut index_of: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<Vec<u64>> = Vec::new();
    for (sequence, entry) in entries {
        let group = entry.message.group.as_str();
        if blocked.contains(group) {
            continue;
        }
        if entry.state(now) == MessageState::Delayed {
            blocked.insert(group);
            continue;
        }
        let index = *index_of.entry(group).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Vec::new());
        }
        groups[index].push(*sequence);
    }
    groups.concat()
}
