//! The demo organisation, which fits the two simulators' defaults.

use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL, PortalOptions};
use opencx_sim::OpenCxOptions;
use serde_json::{Value, json};

/// Its id.
pub const ORG: &str = "acme";

/// The secret part of its webhook URL for HubSpot.
pub const WEBHOOK_TOKEN: &str = "demo-webhook-token";

/// The secret part of its webhook URL for OpenCX.
pub const OPENCX_WEBHOOK_TOKEN: &str = "demo-opencx-token";

/// The AI's user in the demo portal.
pub const AI_USER: u64 = 111;
/// The rep who gets the handoffs that no routing rule claims.
pub const DEFAULT_REP: u64 = 222;
/// The rep who gets the German ones.
pub const GERMAN_REP: u64 = 333;

/// The signature of mail from acme.com.
pub const SIGNATURE: &str = "<p>Kind regards<br><b>Acme Support</b></p>";

/// The ticket properties whose changes the app in `hubspot-app` subscribes to. The simulator
/// announces all of them unless it is told.
pub const SUBSCRIBED_PROPERTIES: [&str; 2] = ["hs_pipeline_stage", "hs_ticket_priority"];

/// Returns its settings document.
pub fn settings() -> Value {
    let portal = PortalOptions::default();
    let opencx = OpenCxOptions::default();
    json!({
        "org": ORG,
        "active": true,
        "webhook_token": WEBHOOK_TOKEN,
        "hubspot": {
            "portal_id": portal.portal_id, "app_id": portal.app_id,
            "access_token": "pat-na1-demo-support", "client_secret": portal.client_secret,
            "ai_user_id": format!("A-{AI_USER}"), "default_user_id": format!("A-{DEFAULT_REP}"),
            "pipeline": "0", "open_stage": "1", "closed_stage": "4",
        },
        "crm": { "access_token": "pat-na1-demo-crm" },
        "opencx": {
            "api_key": opencx.api_key,
            "webhook_token": OPENCX_WEBHOOK_TOKEN, "unsigned": true,
        },
        "routing": [
            { "when": { "language": "de" }, "assign_to": format!("A-{GERMAN_REP}") },
        ],
        "custom_data_properties": { "order_id": "order_number" },
        "signatures": [
            { "domain": "acme.com", "html": SIGNATURE },
            { "domain": "*", "html": "<p>Acme</p>" },
        ],
    })
}

/// Returns a whole handoff event of a session of Ann's, on a channel without a HubSpot thread.
pub fn handoff_event(session: &str) -> Value {
    json!({
        "event": "conversation.handoff_to_human",
        "event_id": format!("handoff-{session}"),
        "organization_id": ORG,
        "data": {
            "conversation_id": session,
            "channel": "whatsapp",
            "timestamp": "2026-11-21T20:48:00Z",
            "reason": "ai_decided_to_handoff_the_conversation",
            "summary": "Wants a refund.",
            "sentiment": "neutral",
            "language": "en",
            "contact": { "id": "c-1", "name": "Ann Lee", "email": "ann@example.org" },
            "custom_data": {},
            "transcript": [
                { "sender": "contact", "name": "Ann Lee", "text": "I want a refund", "created_at": "2026-11-21T20:46:10Z" },
            ],
            "ticketing_system": null,
        }
    })
}

/// Adds the demo portal's Custom Channels for these channels of OpenCX to a settings document.
pub fn with_channels(mut settings: Value, channels: &[&str]) -> Value {
    for (name, account) in DEMO_ACCOUNTS.iter().filter(|(name, _)| channels.contains(name)) {
        settings["channels"][*name] = json!({ "channel_id": DEMO_CHANNEL, "account_id": account });
    }
    settings
}

/// Returns the path of the demo portal's webhooks.
pub fn webhook_path() -> String {
    format!("/webhooks/hubspot/{ORG}/{WEBHOOK_TOKEN}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subscribed_properties_are_those_of_the_app() {
        let app = include_str!("../../../hubspot-app/src/app/webhooks/webhooks-hsmeta.json");
        let app: Value = serde_json::from_str(app).unwrap();
        let of_objects = app["config"]["subscriptions"]["legacyCrmObjects"].as_array().unwrap();
        let names = of_objects.iter().filter_map(|one| one["propertyName"].as_str());
        assert_eq!(names.collect::<Vec<_>>(), SUBSCRIBED_PROPERTIES);
    }
}
