//! What a portal is told at its start. The default is a complete demo portal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::crm::Pipeline;
use crate::millis;

/// Settings of a simulated portal; as JSON every key is optional and unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalOptions {
    /// TCP port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The portal's id, in every webhook event and in `/account-info/v3/details`.
    pub portal_id: u64,
    /// The app whose webhooks are sent, and whose tokens those are that name no other app.
    pub app_id: u64,
    /// The app's secret, which signs webhooks; without it they go unsigned.
    pub client_secret: Option<String>,
    /// Access tokens that the portal knows.
    pub tokens: Vec<Token>,
    /// People of the portal; each has a user id and another id as owner.
    pub users: Vec<User>,
    /// Address of the inbox's email channel.
    pub inbox_address: String,
    /// Ticket pipelines; the first is the default one.
    pub ticket_pipelines: Vec<Pipeline>,
    /// Where webhooks go; none are sent without it.
    pub webhook_url: Option<String>,
    /// Calls that each app has per `rate_window`.
    pub rate_limit: u32,
    /// Length of the rolling window; HubSpot's is ten seconds. In JSON: `rate_window_ms`.
    #[serde(rename = "rate_window_ms", deserialize_with = "millis::deserialize")]
    pub rate_window: Duration,
    /// How long search does not see a write. In JSON: `search_lag_ms`.
    #[serde(rename = "search_lag_ms", deserialize_with = "millis::deserialize")]
    pub search_lag: Duration,
    /// Which signature headers a webhook carries.
    pub signature: Signature,
    /// Every n-th webhook delivery is sent twice, as HubSpot sometimes does.
    pub repeat_every: Option<u32>,
    /// Sends `conversation.messageCreated` beside `conversation.newMessage`, as older apps see it.
    pub also_message_created: bool,
    /// How long events wait for others to share their delivery. In JSON: `batch_wait_ms`.
    #[serde(rename = "batch_wait_ms", deserialize_with = "millis::deserialize")]
    pub batch_wait: Duration,
    /// Pause before the first repeat of a failed delivery; each further one is twice as long.
    /// In JSON: `retry_base_ms`.
    #[serde(rename = "retry_base_ms", deserialize_with = "millis::deserialize")]
    pub retry_base: Duration,
    /// How this portal takes the assignment of threads through the API.
    pub assignee: AssigneeApi,
}

/// An access token and what it may do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The text after `Bearer`.
    pub token: String,
    /// Granted scopes, by HubSpot's names.
    pub scopes: Vec<String>,
    /// The app that it belongs to, if not the portal's `app_id`; rate limits are counted per app.
    #[serde(default)]
    pub app_id: Option<u64>,
}

/// A person in the portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Id as a user: `A-<user_id>` in conversations.
    pub user_id: u64,
    /// Id as an owner: the value of `hubspot_owner_id`.
    pub owner_id: u64,
    /// Login address.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Has left the portal: still an owner in old records, no longer a user.
    #[serde(default)]
    pub archived: bool,
}

impl User {
    /// Given and family name, as conversations show it.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// The signature headers of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// v3 beside v1, what most apps see.
    V3AndV1,
    /// Only `X-HubSpot-Signature` with `X-HubSpot-Signature-Version: v1`.
    V1,
    /// Only `X-HubSpot-Signature-v3` with `X-HubSpot-Request-Timestamp`.
    V3,
    /// No signature at all.
    None,
}

/// How a portal answers the assignment of a thread: HubSpot's documents do not agree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssigneeApi {
    /// `PUT …/2026-09/threads/{id}/assignee` as its specification says; the guide's older POST too.
    Current,
    /// Only the guide's older `POST /conversations/v3/conversations/threads/{id}/assignee`.
    Older,
    /// Every form answers 403.
    Forbidden,
    /// Every form answers 404.
    Missing,
}
