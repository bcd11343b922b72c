//! Settings of a simulated OpenCX.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

/// The settings of a simulated OpenCX. In a JSON document every key may be left out, and an
/// unknown key is refused by its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenCxOptions {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The organisation of customers on OpenCX's own channels: `organization_id` of their events.
    pub organization_id: String,
    pub api_key: String,
    /// API keys of further organisations by their ids, each with sessions and a rate limit of its
    /// own.
    pub other_organizations: BTreeMap<String, String>,
    /// Receiver of the events; without it they are only recorded.
    pub events_url: Option<String>,
    /// Secret by which events are signed as Standard Webhooks; text, or base64 behind `whsec_`.
    pub webhook_secret: Option<String>,
    /// API calls of an organisation in any 60 seconds; OpenCX documents 100.
    pub rate_limit_per_minute: u32,
    /// Time that the AI takes for an answer. In a document: `ai_delay_ms`.
    #[serde(rename = "ai_delay_ms", with = "sim_kit::millis")]
    pub ai_delay: Duration,
    /// Every n-th event is delivered twice, as a webhook sender may; `None` repeats nothing.
    pub repeat_every: Option<u32>,
    /// Result of changing a session's custom data with PATCH, which OpenCX does not document.
    pub custom_data_patch: CustomDataPatch,
    /// Announces messages of customers and agents (`conversation.contact_response`,
    /// `.agent_response`), as an organisation that subscribed to them sees it.
    pub message_events: bool,
}

/// The results that changing a session's custom data may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomDataPatch {
    /// The data merges into what is there.
    #[default]
    Merged,
    /// The call is refused with this status.
    Rejected(u16),
    /// The answer is the session, unchanged.
    Ignored,
}

impl Default for OpenCxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            organization_id: "acme".to_owned(),
            api_key: "opencx-demo-key".to_owned(),
            other_organizations: BTreeMap::new(),
            events_url: None,
            webhook_secret: None,
            rate_limit_per_minute: 100,
            ai_delay: Duration::from_millis(300),
            repeat_every: None,
            custom_data_patch: CustomDataPatch::Merged,
            message_events: false,
        }
    }
}

impl OpenCxOptions {
    /// Returns the organisation that an API key belongs to.
    pub(crate) fn organization(&self, key: &str) -> Option<&str> {
        if key == self.api_key {
            return Some(&self.organization_id);
        }
        let mut others = self.other_organizations.iter();
        others.find(|(_, other)| *other == key).map(|(id, _)| id.as_str())
    }
}
