//! Everything the portal holds, behind one lock.

use crate::calls::CallLog;
use crate::crm::Crm;
use crate::desk::Desk;
use crate::gate::{Faults, Quota};
use crate::options::{PortalOptions, User};
use crate::webhooks::{Delivery, Events};

/// The state of a portal.
pub(crate) struct State {
    pub(crate) options: PortalOptions,
    pub(crate) crm: Crm,
    pub(crate) desk: Desk,
    pub(crate) events: Events,
    pub(crate) quota: Quota,
    pub(crate) faults: Faults,
    pub(crate) calls: CallLog,
    pub(crate) deliveries: Vec<Delivery>,
}

impl State {
    pub(crate) fn new(options: PortalOptions) -> Self {
        Self {
            crm: Crm::new(&options),
            desk: Desk::new(),
            events: Events::new(&options),
            quota: Quota::default(),
            faults: Faults::default(),
            calls: CallLog::default(),
            deliveries: Vec::new(),
            options,
        }
    }

    /// The user with this id who has not left.
    pub(crate) fn user(&self, id: u64) -> Option<&User> {
        self.options.users.iter().find(|user| user.user_id == id && !user.archived)
    }

    /// The user whom an actor id `A-<user>` names.
    pub(crate) fn actor_user(&self, actor: &str) -> Option<&User> {
        self.user(actor.strip_prefix("A-")?.parse().ok()?)
    }
}
