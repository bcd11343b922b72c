//! `webhook` and `crm-context`: the functions behind HTTP.

use bridge_local::demo::{OPENCX_WEBHOOK_TOKEN, WEBHOOK_TOKEN};
use hubspot_sim::ObjectKind;
use serde_json::json;

use super::{AS_IS, Case, PortalIs};
use crate::event::{Event, Request};
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "webhook",
        name: "from HubSpot",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let message = hubspot_event(
                    stage,
                    "conversation.newMessage",
                    &json!({ "objectId": 77,
                    "messageId": "9b38dc6d", "messageType": "MESSAGE" }),
                );
                let owner = hubspot_event(
                    stage,
                    "conversation.propertyChange",
                    &json!({ "objectId": 77,
                    "propertyName": "assignedTo", "propertyValue": "A-222" }),
                );
                let change = hubspot_event(
                    stage,
                    "ticket.propertyChange",
                    &json!({ "objectId": 241,
                    "propertyName": "plan", "propertyValue": "gold", "changeSource": "CRM_UI" }),
                );
                let path = format!("/webhooks/hubspot/{}/{WEBHOOK_TOKEN}", stage.tag);
                let body = json!([message, owner, change]).to_string();
                Event::Request(Request { function: "webhook", path, body: Some(body) })
            })
        },
        shows: &[("queued messages", 1), ("queued properties", 1)],
        may_lack_words: false,
    },
    Case {
        function: "webhook",
        name: "from OpenCX",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let data = json!({ "conversation_id": stage.id("s"), "summary": WORD });
                let event = json!({ "event": "conversation.handoff_to_human",
                    "event_id": stage.id("e"), "data": data });
                let path = format!("/webhooks/opencx/{}/{OPENCX_WEBHOOK_TOKEN}", stage.tag);
                let body = Some(event.to_string());
                Event::Request(Request { function: "webhook", path, body })
            })
        },
        shows: &[("queued handoffs", 1)],
        may_lack_words: false,
    },
    Case {
        function: "crm-context",
        name: "of a customer",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { record(stage) }),
        shows: &[],
        may_lack_words: false,
    },
    Case {
        function: "crm-context",
        name: "the status",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let path = format!("/orgs/{}/status", stage.tag);
                Event::Request(Request { function: "crm-context", path, body: None })
            })
        },
        shows: &[],
        may_lack_words: false,
    },
];

fn hubspot_event(stage: &Stage, kind: &str, fields: &serde_json::Value) -> serde_json::Value {
    let mut event = json!({ "eventId": 1, "subscriptionId": 1, "portalId": stage.portal_id(),
        "appId": 2_345_678, "occurredAt": 1_795_294_080_000_u64, "attemptNumber": 0,
        "subscriptionType": kind });
    for (name, value) in fields.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event
}

/// A customer with an owner, a company, a deal and a ticket.
fn record(stage: &Stage) -> Event {
    let portal = &stage.world.portal;
    let email = stage.email();
    let contact = portal
        .seed_contact(&[
            ("email", email.as_str()),
            ("firstname", "Ann"),
            ("hubspot_owner_id", "70222"),
        ])
        .expect("a contact");
    let related = [
        (ObjectKind::Company, portal.seed_company(&[("name", "First Ltd")])),
        (
            ObjectKind::Deal,
            portal.seed_deal(&[
                ("dealname", "New"),
                ("dealstage", "contractsent"),
                ("amount", "12"),
            ]),
        ),
        (
            ObjectKind::Ticket,
            portal.seed_ticket(&[("subject", "Broken"), ("hs_pipeline_stage", "2")]),
        ),
    ];
    for (kind, id) in related {
        let id = id.expect("it can be made");
        portal
            .associate((ObjectKind::Contact, &contact), (kind, &id))
            .expect("they can be related");
    }
    let path = format!("/orgs/{}/crm-context?email={}", stage.tag, email.replace('@', "%40"));
    Event::Request(Request { function: "crm-context", path, body: None })
}
