//! Ordering trouble, and watching calls.

use std::sync::Arc;

use crate::gate::{CallMoment, Fault};
use crate::portal::Portal;

impl Portal {
    /// Lets the next calls that match fail. Orders are worked off oldest first.
    pub fn fail(&self, fault: Fault) {
        self.with(|state| state.faults.order(fault));
    }

    /// Forgets all trouble ordered with [`Portal::fail`].
    pub fn clear_faults(&self) {
        self.with(|state| state.faults.clear());
    }

    /// While down, every call to the API gets a 503; people still act in the portal.
    pub fn set_down(&self, down: bool) {
        self.with(|state| state.faults.set_down(down));
    }

    /// Calls `hook` right before and right after the effect of every admitted call, in the task
    /// that serves it. It may use the portal. A new hook replaces the one before.
    pub fn on_call(&self, hook: impl Fn(&CallMoment) + Send + Sync + 'static) {
        self.set_hook(Some(Arc::new(hook)));
    }

    /// Removes the hook of [`Portal::on_call`].
    pub fn clear_hook(&self) {
        self.set_hook(None);
    }
}
