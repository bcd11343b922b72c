//! One run: an event is delivered until it is settled, and then again.

use std::future::pending;
use std::sync::Arc;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_store::Queue;
use time::OffsetDateTime;

use crate::call::{Call, Service};
use crate::cases::Case;
use crate::concurrency::in_turn;
use crate::deliveries::Deliveries;
use crate::event::{Event, Message};
use crate::fault::Fault;
use crate::sabotage::Sabotage;
use crate::snapshot::Snapshot;
use crate::stage::Stage;

/// The way in which an event is delivered more often than needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Once it is settled, once more, and once more again.
    InTurn,
    /// A second time while the first one has its fault.
    AtOnce,
    /// Once it is settled, once more. Until then it is older with each delivery, and a circuit
    /// breaker's probe is due, so that whatever is waited for is over.
    Ageing,
}

/// The result of a run.
pub struct Run {
    /// The calls of the process that has the faults.
    pub calls: Vec<Call>,
    /// The number of deliveries until the event was settled.
    pub needed: usize,
    /// The number of faults that have happened.
    pub met: usize,
    /// The event was settled within the tries that it has.
    pub settled: bool,
    /// Its record; none for a request.
    pub record: Option<OutcomeRecord>,
    /// The number of its messages among the parked ones.
    pub parked: usize,
    /// The snapshot before the run.
    pub before: Snapshot,
    /// The snapshots when it was settled, and after each further delivery.
    pub after: Vec<Snapshot>,
    /// The answers to a request.
    pub answers: Vec<(u16, String)>,
    /// Private text reached OpenCX.
    pub leaked: bool,
}

/// Plays a case.
pub async fn play(
    stage: &Stage,
    case: &Case,
    faults: Vec<Fault>,
    mode: Mode,
    sabotage: Sabotage,
) -> Run {
    let event = in_turn((case.set)(stage), pending()).await;
    let before = Snapshot::of(stage, case);
    let sabotage = Arc::new(sabotage);
    let mut deliveries = Deliveries {
        stage,
        mode,
        first: stage.world.worker(faults, &sabotage),
        second: (mode == Mode::AtOnce).then(|| stage.world.worker(Vec::new(), &sabotage)),
        answers: Vec::new(),
    };
    let mut settled = deliveries.settle(&event).await;
    let mut events = vec![event];
    if let Some(next) = passed_on(stage, &events[0]) {
        settled &= deliveries.settle(&next).await;
        events.push(next);
    }
    if let Some(second) = deliveries.second.take() {
        stage.world.give_back(second);
    }
    let needed = deliveries.first.plan.deliveries();
    let mut after = vec![Snapshot::of(stage, case)];
    for _ in 0..if mode == Mode::InTurn { 2 } else { 1 } {
        for event in &events {
            settled &= deliveries.settle(event).await;
        }
        after.push(Snapshot::of(stage, case));
    }
    let Deliveries { first, mut answers, .. } = deliveries;
    for (_, body) in &mut answers {
        *body = body.replace(&stage.tag, "‹run›").replace(|c: char| c.is_ascii_digit(), "");
    }
    let record = record(stage, &events[0]).await;
    let parked = parked(stage);
    let (calls, met) = (first.plan.calls(), first.plan.met());
    stage.world.give_back(first);
    Run { calls, needed, met, settled, record, parked, before, after, answers, leaked: false }
}

/// The event as it was passed on to another queue.
fn passed_on(stage: &Stage, event: &Event) -> Option<Event> {
    let Event::Message(message) = event else { return None };
    let queue = stage.world.aws.sqs.queue(Queue::EmailMessages.name())?;
    let held = queue.messages().into_iter().find(|held| held.message.group == message.group)?;
    let body = held.message.body;
    Some(Event::Message(Message { queue: Queue::EmailMessages, body, ..message.clone() }))
}

/// Returns the outcome that the event's claim has, found in the index: the claim's key is made
/// by the function itself.
async fn record(stage: &Stage, event: &Event) -> Option<OutcomeRecord> {
    let Event::Message(message) = event else { return None };
    let today = OffsetDateTime::now_utc().date();
    for day in [today.previous_day()?, today] {
        let day = day.to_string();
        let found = stage.world.table.outcomes(&stage.tag, &day, None).await;
        let outcomes = found.expect("the table answers").into_iter().filter(|one| !one.open);
        let is_of = |record: &OutcomeRecord| {
            record.function == message.function && record.event_id == message.event_id
        };
        if let Some(record) = outcomes.map(|one| one.record).find(is_of) {
            return Some(record);
        }
    }
    None
}

/// Counts the parked messages of this run.
fn parked(stage: &Stage) -> usize {
    let queue = stage.world.aws.sqs.queue(Queue::Parked.name()).expect("it exists");
    let of_run = |held: &sqs_sim::QueuedMessage| {
        let org = held.message.attributes.get("org");
        org.is_some_and(|org| *org == stage.tag)
    };
    queue.messages().iter().filter(|held| of_run(held)).count()
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Self::InTurn => "again once and twice",
            Self::AtOnce => "two at a time",
            Self::Ageing => "growing old",
        }
    }
}

impl Run {
    /// Returns whether it was tried to park the event.
    pub fn tried_to_park(&self) -> bool {
        let parks = |call: &Call| {
            call.service == Service::Queue && call.name.ends_with(Queue::Parked.name())
        };
        self.calls.iter().any(parks)
    }

    /// In one word, with the reason where there is one.
    pub fn end(&self) -> (Outcome, Option<&str>) {
        let applied = (Outcome::Applied, None);
        self.record.as_ref().map_or(applied, |record| (record.outcome, record.reason.as_deref()))
    }
}
