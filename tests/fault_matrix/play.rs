//! One run: an event is delivered until it is settled, and then again.

use std::future::pending;
use std::sync::Arc;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_store::{Key, Queue};
use serde_json::Value;

use crate::call::{Call, Service};
use crate::cases::Case;
use crate::concurrency::in_turn;
use crate::deliveries::Players;
use crate::event::{Event, Message};
use crate::fault::Fault;
use crate::sabotage::Forgetting;
use crate::snapshot::Sight;
use crate::stage::Stage;

/// How an event is delivered more often than needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Once it is settled, once more, and once more again.
    InTurn,
    /// A second time while the first one has its fault.
    AtOnce,
}

/// What came of a run.
pub struct Run {
    /// The calls of the process that has the faults.
    pub calls: Vec<Call>,
    /// How many deliveries it took until the event was settled.
    pub needed: usize,
    /// How many faults have happened.
    pub met: usize,
    /// Whether the event was settled within the tries that it has.
    pub settled: bool,
    /// Its record; none for a request.
    pub record: Option<OutcomeRecord>,
    /// How often it is among the parked messages.
    pub parked: usize,
    /// What was to be seen before.
    pub before: Sight,
    /// What was to be seen when it was settled, and after each further delivery.
    pub after: Vec<Sight>,
    /// The answers to a request.
    pub answers: Vec<(u16, String)>,
    /// Whether private text reached OpenCX.
    pub leaked: bool,
}

/// Plays a case.
pub async fn play(
    stage: &Stage,
    case: &Case,
    faults: Vec<Fault>,
    mode: Mode,
    forgetting: Forgetting,
) -> Run {
    let event = in_turn((case.set)(stage), pending()).await;
    let before = Sight::of(stage, case);
    let forgetting = Arc::new(forgetting);
    let mut players = Players {
        first: stage.world.lane(faults, &forgetting),
        second: (mode == Mode::AtOnce).then(|| stage.world.lane(Vec::new(), &forgetting)),
        answers: Vec::new(),
    };
    let mut settled = players.settle(&event).await;
    let mut events = vec![event];
    if let Some(next) = passed_on(stage, &events[0]) {
        settled &= players.settle(&next).await;
        events.push(next);
    }
    if let Some(second) = players.second.take() {
        stage.world.give_back(second);
    }
    let needed = players.first.script.deliveries();
    let mut after = vec![Sight::of(stage, case)];
    for _ in 0..if mode == Mode::InTurn { 2 } else { 1 } {
        for event in &events {
            settled &= players.settle(event).await;
        }
        after.push(Sight::of(stage, case));
    }
    let Players { first, mut answers, .. } = players;
    for (_, body) in &mut answers {
        *body = body.replace(&stage.tag, "‹run›").replace(|c: char| c.is_ascii_digit(), "");
    }
    let record = record(stage, &events[0]).await;
    let parked = parked(stage);
    let (calls, met) = (first.script.calls(), first.script.met());
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

/// The outcome, as the event's claim has it.
async fn record(stage: &Stage, event: &Event) -> Option<OutcomeRecord> {
    let Event::Message(message) = event else { return None };
    let key = Key::event(message.function, &stage.tag, &message.event_id);
    let claim: Option<Value> = stage.world.table.get(&key).await.expect("the table answers");
    let claim = claim.filter(|claim| claim["state"] == "done")?;
    serde_json::from_str(claim["outcome"].as_str()?).ok()
}

/// How many parked messages are of this run.
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
        }
    }
}

impl Run {
    /// Whether it was tried to park the event.
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
