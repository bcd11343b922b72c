//! The settings document of one organisation (docs/ARCHITECTURE.md, "Settings").

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use crate::hubspot::actor::UserId;
use crate::ids::OrgId;
use crate::json::{self, Unreadable};
use crate::opencx::events::Channel;
use crate::rules::email_signature::Signature;
use crate::rules::routing::Rule;

/// Everything the bridge knows about an organisation that it was not told by an event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The organisation's id in this deployment; OpenCX's `organization_id`.
    pub org: OrgId,
    /// Whether its events are acted upon at all.
    #[serde(default = "yes")]
    pub active: bool,
    /// The secret part of its webhook URLs.
    pub webhook_token: Secret,
    /// Its ticketing portal.
    pub hubspot: HubSpotSettings,
    /// Its CRM connection, for the record beside the session.
    #[serde(default)]
    pub crm: Option<CrmSettings>,
    /// Its OpenCX account.
    pub opencx: OpenCxSettings,
    /// Whether handoffs make tickets.
    #[serde(default = "yes")]
    pub ticketing_enabled: bool,
    /// Where the AI only drafts.
    #[serde(default)]
    pub assist_mode: AssistMode,
    /// Who gets which handoff; the first rule that matches wins.
    #[serde(default)]
    pub routing: Vec<Rule>,
    /// Session key → ticket property; keys that are not listed keep their name.
    #[serde(default)]
    pub custom_data_properties: BTreeMap<String, String>,
    /// Whether a new ticket's priority follows from the customer's sentiment.
    #[serde(default)]
    pub priority_from_sentiment: bool,
    /// Email signatures by the domain of the address that sends.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Days after its close that a conversation is forgotten, unless it goes on.
    #[serde(default = "forget_closed_after_days")]
    pub forget_closed_after_days: u16,
}

/// How many days a closed conversation may be remembered: no shorter than its parked
/// events, which could not be redriven any more, and no longer than an open one.
const DAYS_AFTER_CLOSE: RangeInclusive<u16> = 30..=400;

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
    /// Signs the webhooks. Without it the URL alone authenticates them.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// The HubSpot user that the AI answers as.
    pub ai_user_id: UserId,
    /// Who gets a handoff that no routing rule claims.
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
    /// Where a person finds a session; `{session}` stands for its id.
    #[serde(default = "session_url")]
    pub session_url: String,
}

/// A secret: its text, or the name of an AWS Secrets Manager secret that holds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "must be a text or {\"secret\": \"name\"}")]
pub enum Secret {
    /// The secret itself (local use).
    Text(SecretString),
    /// Where it is kept.
    Named {
        /// The name or ARN in Secrets Manager.
        secret: String,
    },
}

/// Where the AI only drafts and a person sends.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "must be true, false or a list of channels")]
pub enum AssistMode {
    /// Everywhere or nowhere.
    Everywhere(bool),
    /// On these channels.
    Channels(Vec<Channel>),
}

impl Default for AssistMode {
    fn default() -> Self {
        Self::Everywhere(false)
    }
}

impl AssistMode {
    /// Whether the AI only drafts on this channel. A channel that is not known
    /// counts as assisted as soon as any is: a draft can be sent, a mail not unsent.
    pub fn covers(&self, channel: Option<Channel>) -> bool {
        match (self, channel) {
            (Self::Everywhere(on), _) => *on,
            (Self::Channels(list), Some(channel)) => list.contains(&channel),
            (Self::Channels(list), None) => !list.is_empty(),
        }
    }
}

impl Settings {
    /// Reads a settings document. The error names the key that is wrong.
    pub fn from_json(document: &str) -> Result<Self, Unreadable> {
        let settings: Self = json::from_text(document)?;
        settings.check()?;
        Ok(settings)
    }

    /// What serde cannot see: values that are well-formed but cannot work.
    fn check(&self) -> Result<(), Unreadable> {
        if !self.org.is_possible() {
            let rule = "must be at most 64 letters, digits, `-`, `_` or `.`";
            return Err(Unreadable::new("org", rule));
        }
        if let Secret::Text(token) = &self.webhook_token {
            use secrecy::ExposeSecret as _;
            if token.expose_secret().is_empty() {
                return Err(Unreadable::new("webhook_token", "must not be empty"));
            }
        }
        if !DAYS_AFTER_CLOSE.contains(&self.forget_closed_after_days) {
            let (least, most) = (DAYS_AFTER_CLOSE.start(), DAYS_AFTER_CLOSE.end());
            let rule = format!("must be a number of days from {least} to {most}");
            return Err(Unreadable::new("forget_closed_after_days", &rule));
        }
        Ok(())
    }

    /// How long a conversation is remembered after its close.
    pub fn closed_lifetime(&self) -> Duration {
        Duration::from_hours(u64::from(self.forget_closed_after_days) * 24)
    }

    /// Where a person finds this session in OpenCX.
    pub fn session_url(&self, session: &crate::ids::SessionId) -> String {
        self.opencx.session_url.replace("{session}", session.as_str())
    }

    /// Where a person finds this ticket in HubSpot (HUBSPOT.md H).
    pub fn ticket_url(&self, ticket: &crate::ids::TicketId) -> String {
        let HubSpotSettings { ui_domain, portal_id, .. } = &self.hubspot;
        format!("https://{ui_domain}/contacts/{portal_id}/record/0-5/{ticket}")
    }
}

fn yes() -> bool {
    true
}

fn forget_closed_after_days() -> u16 {
    90
}

fn ui_domain() -> String {
    "app.hubspot.com".to_owned()
}

/// HubSpot's default ticket pipeline and its first stage (HUBSPOT.md D).
fn pipeline() -> String {
    "0".to_owned()
}

fn open_stage() -> String {
    "1".to_owned()
}

fn session_url() -> String {
    "https://app.open.cx/inbox/{session}".to_owned()
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
