//! `close` and `property-sync`: what becomes of a ticket.

use bridge_domain::hubspot::record_event::RecordEvent;
use bridge_domain::ids::SessionId;
use bridge_store::{Key, Queue, SessionLink};
use serde_json::{Value, json};

use super::handoffs::handoff;
use super::{AS_IS, Case, PortalIs};
use crate::event::{Event, Message};
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "close",
        name: "of a resolved session",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let (session, _) = handed_off(stage).await;
                stage.world.opencx.resolve(&session, true).expect("the session is there");
                let data = json!({ "conversation_id": session, "resolution_status": "resolved",
                    "timestamp": "2026-11-21T21:30:00Z", "user_sentiment": "happy",
                    "summary": format!("{WORD} refunded.") });
                let closed = "conversation.closed";
                Event::Message(stage.told("close", Queue::Closes, closed, &data))
            })
        },
        shows: &[("ticket ", 1), ("stage 4", 1), ("--- Resolved", 1)],
        may_lack_words: false,
    },
    Case {
        function: "property-sync",
        name: "of a property",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { Event::Message(change(stage, "plan", "gold").await) }),
        shows: &[(r#""plan":"gold""#, 1)],
        may_lack_words: false,
    },
    Case {
        function: "property-sync",
        name: "of the stage",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async { Event::Message(change(stage, "hs_pipeline_stage", "3").await) })
        },
        shows: &[(r#""hs_pipeline_stage":"#, 1)],
        may_lack_words: false,
    },
];

/// A session of OpenCX's that was handed off, and its ticket.
async fn handed_off(stage: &Stage) -> (String, String) {
    let session = stage.writes_to_opencx();
    stage.before(handoff(stage, &session, &Value::Null)).await;
    let key = Key::session(&stage.org(), &SessionId::new(&session));
    let link: Option<SessionLink> = stage.world.table.get(&key).await.expect("the table answers");
    let ticket = link.and_then(|link| link.ticket).expect("the session has a ticket");
    (session, ticket.to_string())
}

/// A rep changes a property, as `webhook` queues it.
async fn change(stage: &Stage, property: &str, value: &str) -> Message {
    let (_, ticket) = handed_off(stage).await;
    let at = 1_795_294_080_000_u64;
    let body = json!({ "org": stage.tag, "event": "ticket.propertyChange", "ticket": ticket,
        "property": property, "value": value, "occurred_at": at,
        "source": "CRM_UI", "source_id": "userId:222" });
    let event = RecordEvent::from_text(&body.to_string()).expect("the event can be read");
    Message {
        queue: Queue::Properties,
        group: format!("{}:{ticket}", stage.tag),
        body: body.to_string(),
        event_id: event.event_id(),
        function: "property-sync",
    }
}
