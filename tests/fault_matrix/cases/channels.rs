//! A Custom Channel: messages both ways, and a handoff that begins the thread.

use bridge_local::demo::DEFAULT_REP;
use bridge_store::Queue;
use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL};
use opencx_sim::{Contact, ContactMessage, NewFile};
use serde_json::{Value, json};

use super::{Case, PortalIs, handoffs};
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
    Case {
        function: "handoff",
        name: "on a Custom Channel",
        portal: PortalIs::Known,
        settings: at_handoff,
        set: |stage| Box::pin(async { Event::Message(handoff(stage)) }),
        shows: &[
            ("ticket ", 1),
            ("contact ", 1),
            ("INCOMING", 1),
            ("OUTGOING", 1),
            ("file photo.png", 1),
            ("COMMENT", 1),
            ("thread owner A-222", 1),
        ],
        may_lack_words: false,
    },
];

/// Lists the demo portal's account for web chat.
fn always(settings: &mut Value) {
    let account = json!({ "channel_id": DEMO_CHANNEL, "account_id": DEMO_ACCOUNTS[2].1 });
    settings["channels"] = json!({ "web": account, "mirror": "always" });
}

/// Lists the demo portal's account for WhatsApp; threads begin with the handoff.
fn at_handoff(settings: &mut Value) {
    let account = json!({ "channel_id": DEMO_CHANNEL, "account_id": DEMO_ACCOUNTS[0].1 });
    settings["channels"] = json!({ "whatsapp": account, "mirror": "handoff" });
}

/// The handoff of a customer who sent a photo.
fn handoff(stage: &Stage) -> Message {
    let contact = Contact { email: Some(stage.email()), ..Contact::default() };
    let photo = NewFile {
        name: "photo.png".to_owned(),
        mime_type: "image/png".to_owned(),
        base64: Some("iVBORw0KGgo=".to_owned()),
        ..NewFile::default()
    };
    let text = format!("{WORD} {} look", stage.tag);
    let sent = ContactMessage { contact, text, attachments: vec![photo], ..Default::default() };
    let opencx = &stage.world.opencx;
    let session = opencx.customer_writes(sent).expect("a customer may write");
    let history = opencx.session(&session).expect("it is there").history;
    let files = json!(history[0].attachments);
    let said = |sender: &str, second: usize, text: &str, files: &Value| {
        json!({ "sender": sender, "text": format!("{WORD} {} {text}", stage.tag),
            "created_at": format!("2026-11-21T20:46:{second:02}Z"), "attachments": files })
    };
    let none = json!([]);
    let mut data = handoffs::data(stage, &session, &Value::Null);
    data["transcript"] = json!([
        said("contact", 10, "my parcel is broken", &files),
        said("ai", 20, "I am **sorry**.", &none),
    ]);
    handoffs::told(stage, &data)
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
