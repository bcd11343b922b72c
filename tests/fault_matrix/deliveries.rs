//! Deliveries of an event, by SQS or HubSpot, to one process or to two.

use tokio::sync::watch;
use tokio::time::{Duration, sleep};

use crate::concurrency::in_turn;
use crate::event::{Delivered, Event, INVOCATION};
use crate::worker::Worker;

/// The time that a failed message stays away: a little longer than an invocation may last.
const VISIBILITY: Duration = INVOCATION.saturating_add(Duration::from_millis(300));

/// The number of deliveries of a message; at the last one its event is old enough to be parked.
pub const DELIVERIES: u32 = 10;

/// The deliveries of an event: to one process, or to two.
pub struct Deliveries {
    pub first: Worker,
    pub second: Option<Worker>,
    /// The answers to requests so far.
    pub answers: Vec<(u16, String)>,
}

impl Deliveries {
    /// Delivers as SQS and HubSpot do: until nothing has to come again.
    pub async fn settle(&mut self, event: &Event) -> bool {
        for receives in 1..=DELIVERIES {
            let has_fault = self.first.plan.fault();
            let settled = match &self.second {
                Some(second) if receives == 1 => {
                    let both = in_turn(at_once(&self.first, second, event), has_fault).await;
                    both.map(|delivered| self.note(delivered)).iter().all(|settled| *settled)
                }
                _ => {
                    let delivered = in_turn(self.first.deliver(event, receives), has_fault).await;
                    self.note(delivered)
                }
            };
            if settled {
                return true;
            }
            if matches!(event, Event::Message(_)) {
                sleep(VISIBILITY).await;
            }
        }
        false
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

/// The second delivery begins when the first has its fault.
async fn at_once(first: &Worker, second: &Worker, event: &Event) -> [Delivered; 2] {
    let (end, mut ended) = watch::channel(!first.plan.has_faults());
    let delivering = async {
        let delivered = first.deliver(event, 1).await;
        end.send_replace(true);
        delivered
    };
    let following = async {
        tokio::select! {
            () = first.plan.fault() => {}
            _ = ended.wait_for(|ended| *ended) => {}
        }
        second.deliver(event, 1).await
    };
    let (following, delivered) = tokio::join!(following, delivering);
    [delivered, following]
}
