//! Ticket property changes reach the sessions.

mod changes;
mod order;
mod own_changes;
mod ticket_state;

use std::time::{SystemTime, UNIX_EPOCH};

use bridge_domain::outcome::Outcome;
use hubspot_sim::{ObjectKind, Property};
use opencx_sim::{ContactMessage, SessionView};
use serde_json::{Value, json};
use tests::{Bridge, seen};

/// Custom data with all three types; `order_id` is mapped to `order_number`.
fn custom_data() -> Value {
    json!({ "order_id": 4711, "plan": "gold", "vip": true, "weight": 7.5 })
}

const PROPERTIES: [&str; 4] = ["order_number", "plan", "vip", "weight"];

fn define_properties(bridge: &Bridge) {
    for name in PROPERTIES {
        let property = Property::text(ObjectKind::Ticket, name);
        bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
    }
}

/// A session on OpenCX's own channel with that custom data, handed off.
fn session(bridge: &Bridge) -> String {
    let Value::Object(custom_data) = custom_data() else { unreachable!() };
    let contact =
        opencx_sim::Contact { email: Some("ann@example.org".into()), ..Default::default() };
    let text = "A human, please.".to_owned();
    // Mail proves the address; a web chat would not.
    let channel = opencx_sim::Channel::Email;
    let customer =
        ContactMessage { channel, contact, text, custom_data, ..ContactMessage::default() };
    bridge.opencx().customer_writes(customer).unwrap()
}

/// The ticket of a session, once its handoff is through.
async fn ticket_of(bridge: &Bridge, session: &str) -> String {
    let record = bridge
        .outcome("the handoff", |record| {
            let about = record.session.as_ref().map(bridge_domain::ids::SessionId::as_str);
            record.function == "handoff" && about == Some(session)
        })
        .await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    record.ticket.unwrap().to_string()
}

async fn session_and_ticket(bridge: &Bridge) -> (String, String) {
    define_properties(bridge);
    let session = session(bridge);
    let ticket = ticket_of(bridge, &session).await;
    (session, ticket)
}

fn view(bridge: &Bridge, session: &str) -> SessionView {
    bridge.opencx().session(session).unwrap()
}

/// Waits for a value in the session's custom data.
async fn learned(bridge: &Bridge, session: &str, key: &str, value: Value) {
    seen(&format!("{key} = {value}"), || {
        (view(bridge, session).custom_data.get(key) == Some(&value)).then_some(())
    })
    .await;
}

/// The reason or outcome of each property change of a name.
async fn outcomes_of(bridge: &Bridge, property: &str) -> Vec<String> {
    let of = format!("-{property}-");
    let records = bridge.outcomes().await.into_iter();
    let records = records.filter(|record| record.function == "property-sync");
    let records = records.filter(|record| record.event_id.contains(&of));
    records.map(|record| record.reason.unwrap_or_else(|| "applied".into())).collect()
}

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A change as HubSpot announces it, made by a rep at some moment.
fn change(ticket: &str, property: &str, value: &str, at: u64) -> Value {
    json!({ "eventId": at, "subscriptionId": 1, "portalId": 12_345_678, "appId": 2_345_678,
            "occurredAt": at, "subscriptionType": "ticket.propertyChange", "attemptNumber": 0,
            "objectId": ticket.parse::<u64>().unwrap(), "propertyName": property,
            "propertyValue": value, "changeSource": "CRM_UI", "sourceId": "userId:222" })
}

/// Delivers changes, each by itself and in this order.
async fn deliver(bridge: &Bridge, changes: &[Value]) {
    for change in changes {
        let url = bridge.url(&bridge_local::demo::webhook_path());
        let answer = bridge.http.post(url).json(&[change]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    bridge.quiet().await;
}

/// The organisation takes unsigned deliveries, so that tests can make their own.
async fn unsigned(change: impl FnOnce(&mut Value)) -> Bridge {
    Bridge::with_settings(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
        settings["unsigned"] = true.into();
        change(settings);
    })
    .await
}
