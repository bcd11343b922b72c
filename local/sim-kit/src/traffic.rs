//! The calls of a simulator from the outside: their log, scheduled faults, outages, observers.

use std::fmt;
use std::sync::{Arc, Mutex};

use axum::response::Response;

use crate::call_log::{Call, CallLog, Moment};
use crate::fault_injection::{Fault, FaultKind};
use crate::server::lock;

type Observer = Arc<dyn Fn(&Call, Moment) + Send + Sync>;

/// Log of calls, and control over the ones to come.
#[derive(Default)]
pub struct Traffic(Mutex<State>);

#[derive(Default)]
struct State {
    log: CallLog,
    /// Faults, with the token of the only caller whose calls fail.
    faults: Vec<(Option<String>, Fault)>,
    down: bool,
    observer: Option<Observer>,
}

impl Traffic {
    /// Returns all calls since the start or the last [`Traffic::reset_calls`], oldest first,
    /// rejected ones included.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.0).log.all().to_vec()
    }

    /// Empties the log of calls. Rate limits still remember them.
    pub fn reset_calls(&self) {
        lock(&self.0).log.clear();
    }

    /// Schedules a fault for coming calls. Of several that match a call the oldest applies.
    pub fn fail(&self, fault: Fault) {
        lock(&self.0).faults.push((None, fault));
    }

    /// Schedules a fault for coming calls with this bearer token: one organisation of several fails.
    pub fn fail_for(&self, token: &str, fault: Fault) {
        lock(&self.0).faults.push((Some(token.to_owned()), fault));
    }

    pub fn clear_faults(&self) {
        lock(&self.0).faults.clear();
    }

    /// Starts or ends an outage: during it every call is answered with 503 and has no effect.
    pub fn set_down(&self, down: bool) {
        lock(&self.0).down = down;
    }

    /// Calls `observer` before and after the effect of every call that reaches it, in the task
    /// that serves the call: the answer waits for it. It replaces an earlier observer.
    pub fn observe(&self, observer: impl Fn(&Call, Moment) + Send + Sync + 'static) {
        lock(&self.0).observer = Some(Arc::new(observer));
    }

    pub fn clear_observer(&self) {
        lock(&self.0).observer = None;
    }

    pub(crate) fn is_down(&self) -> bool {
        lock(&self.0).down
    }

    pub(crate) fn arrived(&self, call: Call) -> usize {
        lock(&self.0).log.append(call)
    }

    /// Records the status of a call's answer.
    pub(crate) fn answered(&self, number: usize, answer: Response) -> Response {
        lock(&self.0).log.answered(number, answer.status().as_u16());
        answer
    }

    /// Takes the fault that applies to a call, and uses up one of its times.
    pub(crate) fn take_fault(&self, call: &Call) -> Option<FaultKind> {
        let mut state = lock(&self.0);
        let (_, fault) = state.faults.iter_mut().find(|(token, fault)| {
            let is_of_caller = token.is_none() || *token == call.token;
            is_of_caller && fault.matches(&call.method, &call.path)
        })?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        state.faults.retain(|(_, fault)| fault.times > 0);
        Some(kind)
    }

    /// Calls the observer, without the lock, so that it may look at the simulator.
    pub(crate) fn notify(&self, call: &Call, moment: Moment) {
        let observer = lock(&self.0).observer.clone();
        if let Some(observer) = observer {
            observer(call, moment);
        }
    }
}

impl fmt::Debug for Traffic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Traffic").finish_non_exhaustive()
    }
}
