//! The settings document of one organisation (docs/reference/settings.md).

mod accounts;
mod channels;
mod choices;
mod secret;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

use crate::ids::OrgId;
use crate::json::{self, Unreadable};
use crate::rules::email_signature::Signature;
use crate::rules::routing::Rule;

pub use accounts::{CrmSettings, HubSpotSettings, OpenCxSettings};
pub use channels::{ChannelAccount, Channels, Mirror};
pub use choices::{AssistMode, OtherSenders, UnverifiedIdentity};
pub use secret::{Secret, WeakSecret};

/// The settings document of an organisation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the document")]
pub struct Settings {
    /// The organisation's id in this deployment; OpenCX's `organization_id`.
    pub org: OrgId,
    /// True if its events are acted upon at all.
    #[serde(default = "yes")]
    pub active: bool,
    /// True if its events wait, in order, until this is `false` again.
    #[serde(default)]
    pub paused: bool,
    /// The secret part of the webhook URL for HubSpot.
    pub webhook_token: Secret,
    /// The one from before a rotation, still accepted.
    #[serde(default)]
    pub previous_webhook_token: Option<Secret>,
    /// True if HubSpot's webhooks are accepted without a signature.
    #[serde(default)]
    pub unsigned: bool,
    /// Its ticketing portal.
    pub hubspot: HubSpotSettings,
    /// Its CRM connection, for the record beside the session.
    #[serde(default)]
    pub crm: Option<CrmSettings>,
    /// Its OpenCX account.
    pub opencx: OpenCxSettings,
    /// Its channels that are threads in HubSpot's inbox.
    #[serde(default)]
    pub channels: Channels,
    /// True if handoffs make tickets.
    #[serde(default = "yes")]
    pub ticketing_enabled: bool,
    /// The channels on which the AI only drafts.
    #[serde(default)]
    pub assist_mode: AssistMode,
    /// The assignment of handoffs; the first rule that matches wins.
    #[serde(default)]
    pub routing: Vec<Rule>,
    /// Session key → ticket property; keys that are not listed keep their name.
    #[serde(default)]
    pub custom_data_properties: BTreeMap<String, String>,
    /// True if a new ticket's priority follows from the customer's sentiment.
    #[serde(default)]
    pub priority_from_sentiment: bool,
    /// Email signatures by the domain of the address that sends.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Days after its close that a conversation is forgotten, unless it goes on.
    #[serde(default = "forget_closed_after_days")]
    pub forget_closed_after_days: u16,
    /// Treatment of messages of people in a thread who are not its customer.
    #[serde(default)]
    pub other_senders: OtherSenders,
    /// Treatment of a customer who only typed an address.
    #[serde(default)]
    pub unverified_identity: UnverifiedIdentity,
    /// True if an answer by email keeps in CC whom the customer had there.
    #[serde(default = "yes")]
    pub keep_cc: bool,
    /// AI answers in a thread within ten minutes, beyond which the AI stops.
    #[serde(default = "max_ai_replies")]
    pub max_ai_replies: u32,
    /// Age at which an event that still cannot be applied is parked.
    #[serde(default = "park_after_hours")]
    pub park_after_hours: u16,
}

/// The number of days that a closed conversation may be remembered: no shorter than its parked
/// events, which could not be redriven any more, and no longer than an open one.
const DAYS_AFTER_CLOSE: RangeInclusive<u16> = 30..=400;

/// The number of hours that an event may be tried. SQS keeps a message for 14 days at most; one
/// that is still there then would be lost without a word.
const PARK_AFTER_HOURS: RangeInclusive<u16> = 1..=312;

impl Settings {
    /// Reads a settings document. The error names the key that is wrong.
    pub fn from_json(document: &str) -> Result<Self, Unreadable> {
        let settings: Self = json::from_text(document)?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks the values that are well-formed but cannot work, which serde cannot see.
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
        if self.max_ai_replies == 0 {
            return Err(Unreadable::new("max_ai_replies", "must be at least 1"));
        }
        if !PARK_AFTER_HOURS.contains(&self.park_after_hours) {
            let (least, most) = (PARK_AFTER_HOURS.start(), PARK_AFTER_HOURS.end());
            let rule = format!("must be a number of hours from {least} to {most}");
            return Err(Unreadable::new("park_after_hours", rule));
        }
        Ok(())
    }

    /// Age at which an event that still cannot be applied is parked.
    pub fn park_after(&self) -> Duration {
        Duration::from_hours(u64::from(self.park_after_hours))
    }

    /// Returns the time for which a conversation is remembered after its close.
    pub fn closed_lifetime(&self) -> Duration {
        Duration::from_hours(u64::from(self.forget_closed_after_days) * 24)
    }

    /// Returns the address of this session in OpenCX, for people.
    pub fn session_url(&self, session: &crate::ids::SessionId) -> String {
        self.opencx.session_url.replace("{session}", session.as_str())
    }

    /// Returns the address of this ticket in HubSpot, for people (docs/vendors/hubspot.md#links).
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

fn max_ai_replies() -> u32 {
    8
}

fn park_after_hours() -> u16 {
    24
}

#[cfg(test)]
mod tests;
