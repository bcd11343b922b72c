//! The origin of a change, as messages and webhooks show it.

use crate::conversations::{Client, ClientType};

/// The origin of a change.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    User(u64),
    App(u64),
    Hubspot,
}

impl Origin {
    pub(crate) fn actor(self) -> String {
        match self {
            Self::User(id) => format!("A-{id}"),
            Self::App(id) => format!("I-{id}"),
            Self::Hubspot => "S-hubspot".to_owned(),
        }
    }

    pub(crate) fn client(self) -> Client {
        match self {
            Self::User(_) => Client::of(ClientType::Hubspot),
            Self::App(id) => Client::app(id),
            Self::Hubspot => Client::of(ClientType::System),
        }
    }

    /// `changeSource` and `sourceId` of a webhook.
    pub(crate) fn source(self) -> (&'static str, String) {
        match self {
            Self::User(id) => ("CRM_UI", format!("userId:{id}")),
            Self::App(id) => ("INTEGRATION", id.to_string()),
            Self::Hubspot => ("CONVERSATIONS", "conversations".to_owned()),
        }
    }
}
