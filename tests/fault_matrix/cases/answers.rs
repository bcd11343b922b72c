//! `ai-reply`: a chat, a signed mail, a draft.

use bridge_store::Queue;
use hubspot_sim::Channel;
use serde_json::json;

use super::{AS_IS, Case};
use crate::event::Event;
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "ai-reply",
        name: "in a chat",
        settings: AS_IS,
        set: |stage| Box::pin(answer(stage, Channel::LiveChat)),
        shows: &[("OUTGOING", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "by email",
        settings: AS_IS,
        set: |stage| Box::pin(answer(stage, Channel::Email)),
        shows: &[("OUTGOING", 1), ("Acme", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "as a draft",
        settings: |settings| settings["assist_mode"] = true.into(),
        set: |stage| Box::pin(answer(stage, Channel::LiveChat)),
        shows: &[("OUTGOING", 0), ("COMMENT", 1)],
        may_lack_words: false,
    },
];

/// The AI's answer to a customer's first message.
async fn answer(stage: &Stage, channel: Channel) -> Event {
    let asked = stage.writes(channel, None, "where is my order?");
    let waited = if channel == Channel::Email { Queue::EmailMessages } else { Queue::Messages };
    stage.before(stage.posted(&asked, waited)).await;
    let session = stage.session_of(&asked.thread).await;
    let data = json!({ "conversation_id": session, "channel": "web",
        "timestamp": "2026-11-21T20:46:15Z", "message_id": stage.id("m"),
        "message": format!("{WORD} it is **on its way**.") });
    let event = stage.told("ai-reply", Queue::AiReplies, "conversation.ai_response", &data);
    Event::Message(event)
}
