//! The organisation's accounts at HubSpot and OpenCX.

use serde::Deserialize;

use super::Secret;
use crate::hubspot::actor::UserId;

/// An organisation's HubSpot portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSpotSettings {
    /// HubSpot's number of the portal; webhooks of other portals are ignored.
    pub portal_id: u64,
    /// The app whose token we use: what it wrote is ours.
    #[serde(default)]
    pub app_id: Option<u64>,
    /// Host of the portal's pages, e.g. `app-eu1.hubspot.com`.
    #[serde(default = "ui_domain")]
    pub ui_domain: String,
    /// The bearer token of the API.
    pub access_token: Secret,
    /// Signs the webhooks.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// The client secret from before a rotation, still accepted.
    #[serde(default)]
    pub previous_client_secret: Option<Secret>,
    /// The HubSpot user that the AI answers as.
    pub ai_user_id: UserId,
    /// The user who gets a handoff that no routing rule claims.
    #[serde(default)]
    pub default_user_id: Option<UserId>,
    /// The ticket pipeline.
    #[serde(default = "pipeline")]
    pub pipeline: String,
    /// The stage of a new ticket.
    #[serde(default = "open_stage")]
    pub open_stage: String,
    /// The stage of a closed ticket; read from the pipeline when absent.
    #[serde(default)]
    pub closed_stage: Option<String>,
}

/// The CRM connection: a token of its own, that only needs to read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrmSettings {
    /// The bearer token of the API.
    pub access_token: Secret,
}

/// The OpenCX account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenCxSettings {
    /// The bearer token of the API.
    pub api_key: Secret,
    /// The secret part of the webhook URL for OpenCX; without it that route is closed.
    #[serde(default)]
    pub webhook_token: Option<Secret>,
    /// The one from before a rotation, still accepted.
    #[serde(default)]
    pub previous_webhook_token: Option<Secret>,
    /// Signs OpenCX's webhooks: a text, or base64 behind `whsec_`.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// The one from before a rotation, still accepted.
    #[serde(default)]
    pub previous_webhook_secret: Option<Secret>,
    /// True if OpenCX's webhooks are accepted without a signature.
    #[serde(default)]
    pub unsigned: bool,
    /// The address of a session for people; `{session}` stands for its id.
    #[serde(default = "session_url")]
    pub session_url: String,
}

fn ui_domain() -> String {
    "app.hubspot.com".to_owned()
}

/// HubSpot's default ticket pipeline and its first stage (docs/vendors/hubspot.md).
fn pipeline() -> String {
    "0".to_owned()
}

fn open_stage() -> String {
    "1".to_owned()
}

fn session_url() -> String {
    "https://app.open.cx/inbox/{session}".to_owned()
}
