//! Causing trouble, and being told of calls.

use crate::calls::{Call, Moment};
use crate::faults::Fault;
use crate::server::OpenCx;
use std::sync::Arc;

impl OpenCx {
    /// Orders trouble for coming calls of the API. Of several orders that fit a call the oldest
    /// strikes.
    pub fn fail(&self, fault: Fault) {
        self.state().faults.order(fault);
    }

    /// Takes back all trouble that was ordered and has not struck yet.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// While down, every call of the API is answered 503 and has no effect.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    /// Calls `hook` before and after the effect of each call that is let through to its effect; it
    /// takes the place of an earlier hook. The answer waits for the hook, so what the hook stops
    /// (the caller, say) is stopped at exactly that point.
    pub fn on_call(&self, hook: impl Fn(&Call, Moment) + Send + Sync + 'static) {
        self.state().hook = Some(Arc::new(hook));
    }

    /// From now on events go to this address; without one they are only recorded. Events that are
    /// still on their way go to the new address too.
    pub fn set_events_url(&self, url: Option<String>) {
        self.state().outbox.set_url(url);
    }
}
