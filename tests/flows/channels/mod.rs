//! Custom Channels: WhatsApp, SMS and web chat as threads of HubSpot's inbox.

mod closing;
mod files;
mod handoff;
mod mixed;
mod promises;
mod replies;

use bridge_domain::outcome::OutcomeRecord;
use bridge_local::demo;
use hubspot_sim::{DEMO_ACCOUNTS, DEMO_CHANNEL, Direction, MessageKind, Thread};
use opencx_sim::{Channel, Contact, ContactMessage};
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, seen, with};

/// A rep of the demo portal.
const REP: u64 = 222;

const PHONE: &str = "+4915112345678";

/// A bridge whose organisation has Custom Channels.
async fn start(mirror: &str) -> Bridge {
    let bridge = Bridge::with_settings(|settings| {
        settings["channels"] = json!({ "mirror": mirror });
        for (name, id) in DEMO_ACCOUNTS {
            let account = json!({ "channel_id": DEMO_CHANNEL, "account_id": id });
            settings["channels"][name] = account;
        }
    })
    .await;
    let path = format!("{}/channel", demo::webhook_path());
    bridge.portal().set_channel_webhook_url(DEMO_CHANNEL, Some(bridge.url(&path))).unwrap();
    bridge
}

/// A session of Ann's on WhatsApp; its own events are held back.
fn session_of_ann(bridge: &Bridge) -> String {
    bridge.opencx().set_events_url(None);
    let contact = Contact {
        name: Some("Ann Lee".to_owned()),
        phone_number: Some(PHONE.to_owned()),
        ..Contact::default()
    };
    let (channel, text) = (Channel::Whatsapp, "Hello".to_owned());
    let message = ContactMessage { channel, contact, text, ..ContactMessage::default() };
    bridge.opencx().customer_writes(message).unwrap()
}

/// Lets OpenCX tell the bridge of its events again.
fn opencx_tells(bridge: &Bridge) {
    bridge.opencx().set_events_url(Some(bridge.url("/local/opencx-events")));
}

/// Something that was said in a session at this second of a minute.
fn said(kind: &str, session: &str, id: &str, text: &str, second: u32) -> Value {
    json!({ "event": format!("conversation.{kind}_response"), "organization_id": "acme",
        "data": { "conversation_id": session, "channel": "whatsapp", "message_id": id,
            "message": text, "timestamp": at(second),
            "contact": { "name": "Ann Lee", "phone_number": PHONE } } })
}

fn at(second: u32) -> String {
    format!("2026-11-28T05:{:02}:{:02}Z", second / 60, second % 60)
}

/// A handoff of Ann's session at a second, with a transcript of sender and text, a second each.
fn handoff(session: &str, second: u32, lines: &[(&str, &str)]) -> Value {
    let transcript: Vec<Value> = lines
        .iter()
        .zip(1..)
        .map(|((sender, text), second)| {
            json!({ "sender": sender, "text": text, "created_at": at(second) })
        })
        .collect();
    let contact = json!({ "id": "c-1", "name": "Ann Lee", "phone_number": PHONE });
    let change = json!({ "transcript": transcript, "timestamp": at(second), "contact": contact });
    with(handoff_event(session), &change)
}

/// Sends what was said, and waits for its outcome in `channel-publish`.
async fn published(bridge: &Bridge, event: &Value) -> OutcomeRecord {
    bridge.event(event).await;
    let id = event["data"]["message_id"].as_str().unwrap();
    let is_it = |record: &OutcomeRecord| {
        record.function == "channel-publish" && record.identity().contains(&format!("/{id}/"))
    };
    bridge.outcome(&format!("the outcome of message {id}"), is_it).await
}

/// A session that was handed off, with its thread.
async fn handed_off(bridge: &Bridge) -> (String, String) {
    let session = session_of_ann(bridge);
    bridge.handed_off(&handoff(&session, 10, &[("contact", "Hello")])).await;
    bridge.quiet().await;
    (session, only_thread(bridge).id)
}

fn only_thread(bridge: &Bridge) -> Thread {
    let mut threads = bridge.portal().threads();
    assert_eq!(threads.len(), 1, "{threads:#?}");
    threads.remove(0)
}

/// The public messages of a thread: `>` from the customer, `<` to them.
fn shown(bridge: &Bridge, thread: &str) -> Vec<String> {
    let messages = bridge.portal().messages(thread).into_iter();
    let messages = messages.filter(|message| message.kind == MessageKind::Message);
    messages
        .map(|message| {
            let is_incoming = message.direction() == Some(Direction::Incoming);
            format!("{} {}", if is_incoming { '>' } else { '<' }, message.text())
        })
        .collect()
}

/// Messages of agents that the session's customer got.
fn got(bridge: &Bridge, session: &str) -> Vec<String> {
    let session = bridge.opencx().session(session).unwrap();
    let of_agents =
        session.delivered.iter().filter(|one| one.sender == opencx_sim::Sender::HumanAgent);
    of_agents.map(|one| one.text.clone()).collect()
}

/// The state of a message's delivery, as the rep sees it, once it is reported.
async fn reported(bridge: &Bridge, thread: &str, message: &str) -> (String, String) {
    seen("the report of a delivery", || {
        let messages = bridge.portal().messages(thread);
        let message = messages.into_iter().find(|one| one.id == message)?;
        let status = json!(message.status?);
        let reason = status["failureDetails"]["errorMessage"].as_str().unwrap_or_default();
        Some((status["statusType"].as_str()?.to_owned(), reason.to_owned()))
    })
    .await
}
