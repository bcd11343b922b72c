//! Which messages a receive gets, and in which order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::Moment;
use crate::message::{Message, Place, Received};
use crate::receipt::Receipt;
use crate::shelf::Shelf;
use crate::stored::{Receive, Stored};

/// What a receive asks of a queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Name of the queue.
    pub queue: &'a str,
    /// Most messages to hand out.
    pub max: usize,
    /// How long they stay in flight.
    pub visibility: Duration,
    /// `maxReceiveCount`, if the queue has a redrive rule.
    pub max_receives: Option<u32>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// For the consumer.
    pub received: Vec<Received>,
    /// For the dead-letter queue: no longer in this one.
    pub dead: Vec<Message>,
}

/// Hands out what may be received now.
///
/// A message that was received often enough is taken out instead, at the moment its turn comes;
/// the next of its group then moves up within the same receive.
pub(crate) fn deliver(shelf: &mut Shelf, request: Request<'_>, now: Moment) -> Delivery {
    let mut delivery = Delivery::default();
    for sequence in turns(&shelf.stored, now.at) {
        if delivery.received.len() == request.max {
            break;
        }
        let is_dead = |s: &Stored| request.max_receives.is_some_and(|max| s.receives_here >= max);
        if shelf.stored.get(&sequence).is_some_and(is_dead) {
            delivery.dead.extend(shelf.stored.remove(&sequence).map(|stored| stored.message));
        } else if let Some(stored) = shelf.stored.get_mut(&sequence) {
            delivery.received.push(hand_out(sequence, stored, request, now));
        }
    }
    delivery
}

fn hand_out(sequence: u64, stored: &mut Stored, request: Request<'_>, now: Moment) -> Received {
    let receipt = Receipt::issue(sequence);
    let receipt_handle = receipt.handle(request.queue);
    stored.receive = Some(Receive { receipt, at: now.at });
    stored.receives_here += 1;
    stored.ready_at = now.at + request.visibility;
    stored.message.receive_count += 1;
    stored.message.first_received_ms.get_or_insert(now.ms);
    Received { message: stored.message.clone(), receipt_handle }
}

/// The messages that may be received, in the order of delivery: group after group, so that a batch
/// holds as many of one group as possible; the group with the oldest message first.
///
/// A group with a message in flight is blocked as a whole. A delayed message blocks what comes
/// after it in its group.
fn turns(stored: &BTreeMap<u64, Stored>, now: Instant) -> Vec<u64> {
    let in_flight = stored.values().filter(|s| s.place(now) == Place::InFlight);
    let mut blocked: HashSet<&str> = in_flight.map(|s| s.message.group.as_str()).collect();
    let mut lane_of: HashMap<&str, usize> = HashMap::new();
    let mut lanes: Vec<Vec<u64>> = Vec::new();
    for (sequence, message) in stored {
        let group = message.message.group.as_str();
        if blocked.contains(group) {
            continue;
        }
        if message.place(now) == Place::Delayed {
            blocked.insert(group);
            continue;
        }
        let lane = *lane_of.entry(group).or_insert(lanes.len());
        if lane == lanes.len() {
            lanes.push(Vec::new());
        }
        lanes[lane].push(*sequence);
    }
    lanes.concat()
}
