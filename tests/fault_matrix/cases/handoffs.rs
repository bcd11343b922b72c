//! `handoff`: a new ticket with and without a thread, an open one, an event that says little.

use bridge_store::Queue;
use hubspot_sim::Channel;
use serde_json::{Value, json};

use super::{AS_IS, Case, PortalIs};
use crate::event::{Event, Message};
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "handoff",
        name: "with a thread",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { Event::Message(on_thread(stage)) }),
        shows: &[("ticket ", 1), ("contact ", 1), ("COMMENT", 1), ("thread owner A-222", 1)],
        may_lack_words: false,
    },
    Case {
        function: "handoff",
        name: "the first of a portal",
        portal: PortalIs::New,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async { Event::Message(handoff(stage, &stage.id("s"), &Value::Null)) })
        },
        shows: &[("ticket s-‹run›", 1), ("contact ", 1), ("note ", 1)],
        may_lack_words: false,
    },
    Case {
        function: "handoff",
        name: "where threads are assigned in the older form",
        portal: PortalIs::Older,
        settings: AS_IS,
        set: |stage| Box::pin(async { Event::Message(on_thread(stage)) }),
        shows: &[("ticket ", 1), ("COMMENT", 1), ("thread owner A-222", 1)],
        may_lack_words: false,
    },
    Case {
        function: "handoff",
        name: "without a thread",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async { Event::Message(handoff(stage, &stage.id("s"), &Value::Null)) })
        },
        shows: &[("ticket ", 1), ("contact ", 1), ("note ", 1)],
        may_lack_words: false,
    },
    Case {
        function: "handoff",
        name: "on an open ticket",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                stage.before(handoff(stage, &stage.id("earlier"), &Value::Null)).await;
                Event::Message(handoff(stage, &stage.id("s"), &Value::Null))
            })
        },
        shows: &[("ticket earlier", 1), ("contact ", 1), ("note ", 2), ("The customer is back", 1)],
        may_lack_words: false,
    },
    Case {
        function: "handoff",
        name: "of which little is told",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let session = stage.writes_to_opencx();
                let data = json!({ "conversation_id": session, "timestamp": "2026-11-21T20:48:00Z",
                    "contact": { "email": stage.email() } });
                Event::Message(told(stage, &data))
            })
        },
        shows: &[("ticket ", 1), ("contact ", 1), ("note ", 1)],
        may_lack_words: true,
    },
];

/// A handoff of the customer who has written in HubSpot.
fn on_thread(stage: &Stage) -> Message {
    let thread = stage.writes(Channel::LiveChat, None, "hello").thread;
    let system = json!({ "name": "hubspot", "external_id": thread, "id_type": "thread" });
    handoff(stage, &stage.id("s"), &system)
}

/// A whole handoff of the run's customer.
pub fn handoff(stage: &Stage, session: &str, system: &Value) -> Message {
    told(stage, &data(stage, session, system))
}

/// The data of its event.
pub fn data(stage: &Stage, session: &str, system: &Value) -> Value {
    json!({
        "conversation_id": session,
        "channel": "whatsapp",
        "timestamp": "2026-11-21T20:48:00Z",
        "reason": "ai_decided_to_handoff_the_conversation",
        "summary": format!("{WORD} wants a refund."),
        "sentiment": "neutral",
        "language": "en",
        "contact": { "id": stage.id("c"), "name": "Ann Lee", "email": stage.email() },
        "custom_data": {},
        "transcript": [{ "sender": "contact", "name": "Ann Lee",
                         "text": format!("{WORD} I want a refund"),
                         "created_at": "2026-11-21T20:46:10Z" }],
        "ticketing_system": system,
    })
}

pub fn told(stage: &Stage, data: &Value) -> Message {
    stage.told("handoff", Queue::Handoffs, "conversation.handoff_to_human", data)
}
