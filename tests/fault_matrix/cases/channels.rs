//! `channel-publish` and `channel-reply`: messages of a Custom Channel, both ways.

use bridge_local::demo::DEFAULT_REP;
use bridge_store::Queue;
use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL};
use serde_json::{Value, json};

use super::{Case, PortalIs};
use crate::event::{Event, Message};
use crate::stage::{PRIVATE, Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "channel-publish",
        name: "the first message of a customer",
        portal: PortalIs::Known,
        settings: always,
        set: |stage| {
            Box::pin(async {
                let session = known_customer(stage).await;
                Event::Message(said(stage, "contact", &session, "where is my order?"))
            })
        },
        shows: &[("INCOMING", 1)],
        may_lack_words: false,
    },
    Case {
        function: "channel-publish",
        name: "an answer of the AI",
        portal: PortalIs::Known,
        settings: always,
        set: |stage| {
            Box::pin(async {
                let session = known_customer(stage).await;
                stage.before(said(stage, "contact", &session, "where is my order?")).await;
                Event::Message(said(stage, "ai", &session, "it is **on its way**."))
            })
        },
        shows: &[("INCOMING", 1), ("OUTGOING", 1)],
        may_lack_words: false,
    },
    Case {
        function: "channel-reply",
        name: "a rep's reply",
        portal: PortalIs::Known,
        settings: always,
        set: |stage| Box::pin(reply(stage)),
        shows: &[("said HumanAgent", 1), ("delivered", 1)],
        may_lack_words: false,
    },
];

/// Lists the demo portal's account for web chat.
fn always(settings: &mut Value) {
    let account = json!({ "channel_id": DEMO_CHANNEL, "account_id": DEMO_ACCOUNTS[2].1 });
    settings["channels"] = json!({ "web": account, "mirror": "always" });
}

/// A session of the customer, whose contact HubSpot has.
async fn known_customer(stage: &Stage) -> String {
    let session = stage.writes_to_opencx();
    let data = json!({ "conversation_id": session, "channel": "web",
        "timestamp": "2026-11-21T20:46:00Z", "contact": contact(stage) });
    let started = stage.told("contact-sync", Queue::Contacts, "conversation.started", &data);
    stage.before(started).await;
    session
}

fn contact(stage: &Stage) -> Value {
    json!({ "name": "Ann Lee", "email": stage.email() })
}

/// Something that is said in a session.
fn said(stage: &Stage, kind: &str, session: &str, text: &str) -> Message {
    let event = format!("conversation.{kind}_response");
    let data = json!({ "conversation_id": session, "channel": "web",
        "timestamp": "2026-11-21T20:46:15Z", "message_id": stage.id(kind),
        "message": format!("{WORD} {} {text}", stage.tag), "contact": contact(stage) });
    stage.told("channel-publish", Queue::ChannelMessages, &event, &data)
}

/// A rep's reply in the thread of a session, as `webhook` queues it.
async fn reply(stage: &Stage) -> Event {
    let session = known_customer(stage).await;
    stage.before(said(stage, "contact", &session, "where is my order?")).await;
    let portal = &stage.world.portal;
    let of_run = |thread: &hubspot_sim::Thread| {
        portal.messages(&thread.id).iter().any(|message| message.text().contains(&stage.tag))
    };
    let thread = portal.threads().into_iter().find(of_run).expect("the message is shown").id;
    portal.rep_comments(&thread, DEFAULT_REP, &format!("{PRIVATE} {WORD}")).expect("a comment");
    let text = format!("{WORD} {} it comes tomorrow.", stage.tag);
    let sent = portal.rep_replies(&thread, DEFAULT_REP, &text, None).expect("a rep may write");
    let actor = format!("A-{DEFAULT_REP}");
    let message = json!({ "id": sent.message, "type": "MESSAGE", "direction": "OUTGOING",
        "channelId": DEMO_CHANNEL, "conversationsThreadId": thread, "createdBy": actor,
        "senders": [{ "actorId": actor }], "text": text, "attachments": [] });
    let body = json!({ "kind": "reply", "org": stage.tag, "channel": DEMO_CHANNEL,
        "event": "OUTGOING_CHANNEL_MESSAGE_CREATED", "session": session, "thread": thread,
        "message_id": sent.message, "message": message });
    Event::Message(Message {
        queue: Queue::ChannelReplies,
        group: format!("{}:{session}", stage.tag),
        body: body.to_string(),
        event_id: sent.message,
        function: "channel-reply",
    })
}
