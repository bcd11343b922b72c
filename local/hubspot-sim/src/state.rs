//! The state of a portal, behind one lock.

use crate::conversations::Conversations;
use crate::crm::Crm;
use crate::custom_channels::CustomChannels;
use crate::files::Files;
use crate::options::{PortalOptions, User};
use crate::quota::Quota;
use crate::webhooks::{Delivery, Events};

/// The state of a portal.
pub(crate) struct State {
    pub(crate) options: PortalOptions,
    pub(crate) crm: Crm,
    pub(crate) conversations: Conversations,
    pub(crate) custom_channels: CustomChannels,
    pub(crate) files: Files,
    pub(crate) events: Events,
    pub(crate) quota: Quota,
    pub(crate) deliveries: Vec<Delivery>,
}

impl State {
    pub(crate) fn new(options: PortalOptions) -> Self {
        Self {
            crm: Crm::new(&options),
            conversations: Conversations::default(),
            custom_channels: CustomChannels::default(),
            files: Files::default(),
            events: Events::new(&options),
            quota: Quota::default(),
            deliveries: Vec::new(),
            options,
        }
    }

    pub(crate) fn user(&self, id: u64) -> Option<&User> {
        self.options.users.iter().find(|user| user.user_id == id && !user.archived)
    }

    /// Returns the active user of an actor id `A-<user>`.
    pub(crate) fn actor_user(&self, actor: &str) -> Option<&User> {
        self.user(actor.strip_prefix("A-")?.parse().ok()?)
    }
}
