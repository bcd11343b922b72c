//! Deliveries of an event, by SQS or HubSpot, to one process or to two.

use std::future::pending;

use tokio::sync::watch;
use tokio::time::{Duration, sleep};

use crate::concurrency::in_turn;
use crate::event::{Attempt, Delivered, Event, INVOCATION, LONG_INVOCATION};
use crate::play::Mode;
use crate::stage::Stage;
use crate::worker::Worker;

/// The time that a failed message stays away: a little longer than an invocation may last.
const VISIBILITY: Duration = INVOCATION.saturating_add(Duration::from_millis(300));

/// The number of deliveries of a message.
const DELIVERIES: usize = 10;

/// An age at which an event is given up (`park_after_hours`).
const PARKED: Duration = Duration::from_hours(25);

/// The ages of an event that grows old: beyond each time for which something is waited for. The
/// last ones are for a busy machine, on which the table may not answer in time.
const AGES: [Duration; 7] = [
    Duration::ZERO,
    Duration::from_secs(150),
    Duration::from_mins(11),
    PARKED,
    PARKED,
    PARKED,
    PARKED,
];

/// The deliveries of an event: to one process, or to two.
pub struct Deliveries<'a> {
    pub stage: &'a Stage,
    pub mode: Mode,
    pub first: Worker,
    pub second: Option<Worker>,
    /// The answers to requests so far.
    pub answers: Vec<(u16, String)>,
}

impl Deliveries<'_> {
    /// Delivers as SQS and HubSpot do: until nothing has to come again.
    pub async fn settle(&mut self, event: &Event) -> bool {
        for attempt in self.attempts() {
            let has_fault = async {
                match self.mode {
                    // A status makes nothing hang.
                    Mode::Ageing => pending().await,
                    _ => self.first.plan.fault().await,
                }
            };
            let (settled, was_cut) = match &self.second {
                Some(second) if attempt.receives == 1 => {
                    let both = in_turn(at_once(&self.first, second, event), has_fault).await;
                    let settled = both.map(|delivered| self.note(delivered));
                    (settled.iter().all(|settled| *settled), true)
                }
                _ => {
                    let delivered = in_turn(self.first.deliver(event, attempt), has_fault).await;
                    let was_cut = delivered == Delivered::Cut;
                    (self.note(delivered), was_cut)
                }
            };
            if settled {
                return true;
            }
            match event {
                _ if self.mode == Mode::Ageing && !was_cut => {
                    Box::pin(in_turn(self.stage.end_waits(), pending())).await;
                    // Minutes or hours later no process remembers what the rate limit was.
                    self.first.restart();
                }
                Event::Message(_) => sleep(VISIBILITY).await,
                Event::Request(_) => {}
            }
        }
        false
    }

    /// The deliveries that SQS makes; at the last one the event is old enough to be parked.
    fn attempts(&self) -> impl Iterator<Item = Attempt> + use<> {
        let (ages, length) = match self.mode {
            Mode::Ageing => (AGES.to_vec(), LONG_INVOCATION),
            _ => ([vec![Duration::ZERO; DELIVERIES - 1], vec![PARKED]].concat(), INVOCATION),
        };
        (1..).zip(ages).map(move |(receives, age)| Attempt { receives, age, length })
    }

    /// Records an answer. Returns whether the event is settled.
    fn note(&mut self, delivered: Delivered) -> bool {
        let settled = delivered.is_settled();
        if let Delivered::Answered(status, body) = delivered {
            self.answers.push((status, body));
        }
        settled
    }
}

const FIRST: Attempt = Attempt { receives: 1, age: Duration::ZERO, length: INVOCATION };

/// The second delivery begins when the first has its fault.
async fn at_once(first: &Worker, second: &Worker, event: &Event) -> [Delivered; 2] {
    let (end, mut ended) = watch::channel(!first.plan.has_faults());
    let delivering = async {
        let delivered = first.deliver(event, FIRST).await;
        end.send_replace(true);
        delivered
    };
    let following = async {
        tokio::select! {
            () = first.plan.fault() => {}
            _ = ended.wait_for(|ended| *ended) => {}
        }
        second.deliver(event, FIRST).await
    };
    let (following, delivered) = tokio::join!(following, delivering);
    [delivered, following]
}
