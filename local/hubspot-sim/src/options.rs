//! Options of a portal; the default is a complete demo portal.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sim_kit::millis;

use crate::crm::Pipeline;

/// Options of a simulated portal; as JSON every key is optional and unknown keys are rejected.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalOptions {
    /// TCP port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The portal's id, in every webhook event and in `/account-info/v3/details`.
    pub portal_id: u64,
    /// The app whose webhooks are sent, and to which tokens belong that name no other app.
    pub app_id: u64,
    /// The app's secret, which signs webhooks; without it they are unsigned.
    pub client_secret: Option<String>,
    /// The developer's key, which the routes of the app's channels take.
    pub developer_key: String,
    pub tokens: Vec<Token>,
    /// Users of the portal; each has a user id and another id as owner.
    pub users: Vec<User>,
    pub inbox_address: String,
    /// Ticket pipelines; the first is the default one.
    pub ticket_pipelines: Vec<Pipeline>,
    /// URL that webhooks go to; none are sent without it.
    pub webhook_url: Option<String>,
    /// Calls that each app has per `rate_window`.
    pub rate_limit: u32,
    /// Length of the rolling window; HubSpot's is ten seconds. In JSON: `rate_window_ms`.
    #[serde(rename = "rate_window_ms", with = "millis")]
    pub rate_window: Duration,
    /// Most searches of an app in a second; HubSpot's is five.
    pub search_limit: u32,
    /// Time that search lags behind writes. In JSON: `search_lag_ms`.
    #[serde(rename = "search_lag_ms", with = "millis")]
    pub search_lag: Duration,
    pub signature: Signature,
    /// Sends every n-th webhook delivery twice, as HubSpot sometimes does.
    pub repeat_every: Option<u32>,
    /// Sends `conversation.messageCreated` beside `conversation.newMessage`, as older apps see it.
    pub also_message_created: bool,
    /// Ticket properties whose changes are subscribed to; all of them, if not set.
    pub subscribed_properties: Option<Vec<String>>,
    /// Time that events wait for others to share their delivery. In JSON: `batch_wait_ms`.
    #[serde(rename = "batch_wait_ms", with = "millis")]
    pub batch_wait: Duration,
    /// Pause before the first repeat of a failed delivery; each further one is twice as long.
    /// In JSON: `retry_base_ms`.
    #[serde(rename = "retry_base_ms", with = "millis")]
    pub retry_base: Duration,
    /// Answers of this portal to the assignment of threads.
    pub assignee: AssigneeApi,
    /// Place where a rejection names the properties.
    pub validation_form: ValidationForm,
    /// Answers 404 for the id of a merged object, instead of the surviving object.
    pub merged_ids_are_gone: bool,
}

/// An access token and its scopes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    pub token: String,
    pub scopes: Vec<String>,
    /// Its app, if not the portal's `app_id`; rate limits are counted per app.
    #[serde(default)]
    pub app_id: Option<u64>,
}

/// A user of the portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Id as a user: `A-<user_id>` in conversations.
    pub user_id: u64,
    /// Id as an owner: the value of `hubspot_owner_id`.
    pub owner_id: u64,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// The user has left the portal: still an owner in old records, no longer a user.
    #[serde(default)]
    pub archived: bool,
}

impl User {
    /// Returns the full name, as conversations show it.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// The signature headers of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// v3 beside v1, which most apps see.
    V3AndV1,
    /// `X-HubSpot-Signature` with `X-HubSpot-Signature-Version: v1`.
    V1,
    /// `X-HubSpot-Signature-v3` with `X-HubSpot-Request-Timestamp`.
    V3,
}

/// A portal's answers to the assignment of a thread: HubSpot's documents do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssigneeApi {
    /// `PUT …/2026-09/threads/{id}/assignee` as its specification says; the guide's older POST too.
    Current,
    Older,
    Forbidden,
    Missing,
}

/// The place where a rejection of property values names the properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidationForm {
    /// A JSON array in the text of `message`.
    Message,
    Errors,
}
