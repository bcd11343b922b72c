//! `ai-reply`: a chat, a signed mail, a draft; a way back that has to be asked for.

use bridge_store::{Key, Queue, ReplyPath, ThreadLink};
use hubspot_sim::Channel;
use serde_json::json;

use super::{AS_IS, Case, PortalIs};
use crate::event::Event;
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "ai-reply",
        name: "in a chat",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(answer(stage, Channel::LiveChat)),
        shows: &[("OUTGOING", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "by email",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(answer(stage, Channel::Email)),
        shows: &[("OUTGOING", 1), ("Acme", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "in a thread from before the bridge",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(answer_forgetting(stage, Channel::LiveChat, |_| None)),
        shows: &[("OUTGOING", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "from an address that no message names",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            let nameless = |path| Some(ReplyPath { inbox_address: None, ..path });
            Box::pin(answer_forgetting(stage, Channel::Email, nameless))
        },
        shows: &[("OUTGOING", 1), ("Acme", 1)],
        may_lack_words: false,
    },
    Case {
        function: "ai-reply",
        name: "as a draft",
        portal: PortalIs::Known,
        settings: |settings| settings["assist_mode"] = true.into(),
        set: |stage| Box::pin(answer(stage, Channel::LiveChat)),
        shows: &[("OUTGOING", 0), ("COMMENT", 1)],
        may_lack_words: false,
    },
];

/// The AI's answer to a customer's first message.
async fn answer(stage: &Stage, channel: Channel) -> Event {
    answer_forgetting(stage, channel, Some).await
}

/// The same, when of the way back only what `kept` leaves is known.
async fn answer_forgetting(
    stage: &Stage,
    channel: Channel,
    kept: fn(ReplyPath) -> Option<ReplyPath>,
) -> Event {
    let asked = stage.writes(channel, None, "where is my order?");
    let waited = if channel == Channel::Email { Queue::EmailMessages } else { Queue::Messages };
    stage.before(stage.posted(&asked, waited)).await;
    let session = stage.session_of(&asked.thread).await;
    let (table, key) =
        (&stage.world.table, Key::thread(&stage.org(), &asked.thread.as_str().into()));
    let link: ThreadLink = table.get(&key).await.expect("the table answers").expect("it is kept");
    table.delete(&key).await.expect("the table answers");
    let link = ThreadLink { reply_path: link.reply_path.and_then(kept), ..link };
    table.merge(&key, &link).await.expect("the table answers");
    let data = json!({ "conversation_id": session, "channel": "web",
        "timestamp": "2026-11-21T20:46:15Z", "message_id": stage.id("m"),
        "message": format!("{WORD} it is **on its way**.") });
    let event = stage.told("ai-reply", Queue::AiReplies, "conversation.ai_response", &data);
    Event::Message(event)
}
