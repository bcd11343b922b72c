//! The plan of a worker's faults: its calls are counted, and one of them has its fault.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::call::{Call, Service};
use crate::fault::{Fault, Kind, Lasts};
use crate::sabotage::Sabotage;

/// Orders for a call that arrives.
#[derive(Default)]
pub struct Orders {
    pub kind: Option<Kind>,
    /// A service refuses connections from now on.
    pub closes: Option<Service>,
}

/// The calls of a lane, and the faults that are still to come.
pub struct FaultPlan {
    state: Mutex<State>,
    /// The number of faults that have happened.
    met: watch::Sender<usize>,
    /// The number of calls that were hit, by lasting faults again and again.
    hits: watch::Sender<usize>,
    killed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// The running delivery, from 1; 0 before the first.
    deliveries: usize,
    calls: Vec<Call>,
    faults: Vec<Fault>,
    lasting: Option<Fault>,
    sabotage: Arc<Sabotage>,
}

impl FaultPlan {
    pub fn new() -> Self {
        let (met, hits) = (watch::Sender::new(0), watch::Sender::new(0));
        Self { state: Mutex::default(), met, hits, killed: watch::Sender::new(false) }
    }

    /// Another run begins.
    pub fn reset(&self, faults: Vec<Fault>, sabotage: Arc<Sabotage>) {
        *self.state() = State { faults, sabotage, ..State::default() };
        self.met.send_replace(0);
    }

    /// Returns the sabotage of the table in this run.
    pub fn sabotage(&self) -> Arc<Sabotage> {
        self.state().sabotage.clone()
    }

    /// The next delivery begins; which service refuses connections from its beginning.
    pub fn begin(&self) -> Option<Service> {
        self.killed.send_replace(false);
        let mut state = self.state();
        state.deliveries += 1;
        state.sabotage.begin();
        state.lasting = state.lasting.take().filter(|fault| fault.lasts == Lasts::Forever);
        let delivery = state.deliveries - 1;
        let at_once = |fault: &Fault| {
            let refused = fault.kind == Kind::Refused && fault.before.is_none();
            refused && fault.call.delivery == delivery
        };
        self.happens(&mut state, at_once).map(|fault| fault.call.service)
    }

    /// A call arrives.
    pub fn arrives(&self, service: Service, name: String) -> Orders {
        let mut state = self.state();
        let delivery = state.deliveries.saturating_sub(1);
        let same = |call: &&Call| {
            call.delivery == delivery && call.service == service && call.name == name
        };
        let nth = state.calls.iter().filter(same).count() + 1;
        let call = Call { delivery, service, name, nth };
        state.calls.push(call.clone());
        let refused_next =
            |fault: &Fault| fault.kind == Kind::Refused && fault.before.as_ref() == Some(&call);
        let closes = self.happens(&mut state, refused_next).map(|fault| fault.call.service);
        let again = |fault: &&Fault| fault.call.service == service && fault.call.name == call.name;
        if let Some(fault) = state.lasting.as_ref().filter(again) {
            self.hits.send_modify(|hits| *hits += 1);
            return Orders { kind: Some(fault.kind), closes };
        }
        let due = |fault: &Fault| fault.kind != Kind::Refused && fault.call == call;
        let fault = self.happens(&mut state, due);
        let kind = fault.as_ref().map(|fault| fault.kind);
        state.lasting = fault.filter(|fault| fault.lasts != Lasts::Once).or(state.lasting.take());
        Orders { kind, closes }
    }

    /// The first fault to come of which this is true: it happens now.
    fn happens(&self, state: &mut State, is_due: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let at = state.faults.iter().position(is_due)?;
        self.met.send_modify(|met| *met += 1);
        self.hits.send_modify(|hits| *hits += 1);
        Some(state.faults.remove(at))
    }

    /// The invocation dies.
    pub fn kill(&self) {
        self.killed.send_replace(true);
    }

    pub async fn killed(&self) {
        let _ = self.killed.subscribe().wait_for(|killed| *killed).await;
    }

    /// Waits for the next call that is hit.
    pub async fn fault(&self) {
        let _ = self.hits.subscribe().changed().await;
    }

    /// Returns whether there are faults to come.
    pub fn has_faults(&self) -> bool {
        !self.state().faults.is_empty()
    }

    /// Returns the number of deliveries.
    pub fn deliveries(&self) -> usize {
        self.state().deliveries
    }

    /// Returns the number of faults that have happened.
    pub fn met(&self) -> usize {
        *self.met.borrow()
    }

    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
