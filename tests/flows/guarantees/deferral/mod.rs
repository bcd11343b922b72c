//! Events that cannot be handled now are deferred, and nothing is lost, doubled or overtaken.

mod conversations;
mod isolation;
mod status;
mod vendors;

use bridge_domain::ids::OrgId;
use bridge_domain::outcome::Outcome;
use bridge_domain::settings::Settings;
use bridge_local::demo;
use opencx_sim::Sender;
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, with};

const TOKEN: &str = "pat-na1-demo-support";

fn org() -> OrgId {
    OrgId::new(demo::ORG)
}

/// Stores changed settings of the demo organisation.
async fn store(bridge: &Bridge, change: impl FnOnce(&mut Value)) {
    let mut document = demo::settings();
    change(&mut document);
    let text = document.to_string();
    let settings = Settings::from_json(&text).unwrap();
    bridge.stack().table().put_settings(&settings.org, &text).await.unwrap();
}

/// Returns what customers said in the only session, in order.
fn heard(bridge: &Bridge) -> Vec<String> {
    let history = bridge.opencx().sessions().remove(0).history.into_iter();
    let said = history.filter(|entry| entry.sender == Sender::Contact);
    said.map(|entry| entry.text).collect()
}

async fn nothing_is_parked(bridge: &Bridge) {
    let outcomes = bridge.outcomes().await;
    let parked: Vec<_> =
        outcomes.iter().filter(|record| record.outcome == Outcome::Parked).collect();
    assert!(parked.is_empty(), "{parked:?}");
}

const OTHER_TOKEN: &str = "pat-na1-other-support";

/// A bridge with a second organisation, whose token has a rate limit of its own.
async fn with_other_org() -> Bridge {
    let bridge = Bridge::with(|options| {
        let mut other = demo::settings();
        other["org"] = "other".into();
        other["hubspot"]["access_token"] = OTHER_TOKEN.into();
        options.settings.push(other);
        tests::portal(options).rate_limit = 1_000;
    })
    .await;
    bridge.portal().grant(OTHER_TOKEN, TOKEN);
    bridge
}

/// A handoff of a customer whom HubSpot is asked about by this name.
fn handoff_of(org: &str, name: &str) -> Value {
    let email = format!("{name}@example.org");
    let mut event = with(handoff_event(name), &json!({ "contact": { "email": email } }));
    event["organization_id"] = org.into();
    event
}
