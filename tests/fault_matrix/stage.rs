//! The place of one run in a world, and what happens there before it.

use std::sync::Arc;

use bridge_domain::ids::{OrgId, SessionId, ThreadId};
use bridge_local::demo;
use bridge_store::{BreakerState, CALLS, Key, Queue, SEARCH, ThreadLink, VENDORS};
use hubspot_sim::{Channel, CustomerMessage, MessageRef};
use opencx_sim::{Contact, ContactMessage};
use serde_json::{Value, json};
use tokio::time::Duration;

use crate::event::{Attempt, Delivered, Event, Message, invoke};
use crate::world::World;

/// A word of every text that people write: nothing with it may get into a log.
pub const WORD: &str = "zebra";

/// Begins what only reps may see.
pub const PRIVATE: &str = "PRIVATE";

/// The place of one run in a world: an organisation and a customer of its own.
pub struct Stage {
    pub world: Arc<World>,
    /// The name of the organisation, in everything that belongs to the run.
    pub tag: String,
    /// The tokens of its vendors.
    tokens: Vec<String>,
}

impl Stage {
    pub async fn set(world: Arc<World>, tag: String, change: fn(&mut Value)) -> Self {
        let mut settings = demo::settings();
        settings["org"] = json!(tag);
        // Signatures are the subject of tests of their own.
        settings["hubspot"].as_object_mut().map(|hubspot| hubspot.remove("client_secret"));
        settings["unsigned"] = true.into();
        let mut stage = Self { world, tag, tokens: Vec::new() };
        settings["hubspot"]["portal_id"] = stage.portal_id().into();
        for connection in ["hubspot", "crm"] {
            let own = stage.own_token(&settings[connection]["access_token"]);
            settings[connection]["access_token"] = own.as_str().into();
            stage.tokens.push(own);
        }
        let own = stage.own_key(&settings["opencx"]["api_key"]);
        settings["opencx"]["api_key"] = own.as_str().into();
        stage.tokens.push(own);
        change(&mut settings);
        let stored = stage.world.table.put_settings(&stage.org(), &settings.to_string()).await;
        stored.expect("the table takes the settings");
        stage
    }

    pub fn org(&self) -> OrgId {
        OrgId::new(&self.tag)
    }

    /// The portal's id as the organisation has it: runs of a process share nothing that is
    /// kept by portal.
    pub fn portal_id(&self) -> u64 {
        50_000_000 + self.number()
    }

    /// Another token of the same app: runs share no budget of calls, as if each had a
    /// portal to itself.
    fn own_token(&self, known: &Value) -> String {
        let known = known.as_str().unwrap_or_default();
        let own = format!("{known}-{}", self.tag);
        self.world.portal.grant(&own, known);
        own
    }

    /// Another key of OpenCX, for the same reason.
    fn own_key(&self, known: &Value) -> String {
        let own = format!("{}-{}", known.as_str().unwrap_or_default(), self.tag);
        self.world.opencx.grant(&own);
        own
    }

    /// The digits of its name.
    pub fn number(&self) -> u64 {
        self.tag.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or_default()
    }

    pub fn email(&self) -> String {
        format!("{}@example.org", self.tag)
    }

    /// A name for something of this run.
    pub fn id(&self, what: &str) -> String {
        format!("{what}-{}", self.tag)
    }

    /// The customer writes in HubSpot.
    pub fn writes(&self, channel: Channel, thread: Option<&str>, text: &str) -> MessageRef {
        let message = CustomerMessage {
            thread: thread.map(str::to_owned),
            channel,
            name: Some("Ann Lee".to_owned()),
            email: Some(self.email()),
            subject: Some("Hello".to_owned()),
            text: format!("{WORD} {} {text}", self.tag),
            ..CustomerMessage::default()
        };
        self.world.portal.customer_writes(message).expect("a customer may write")
    }

    /// The customer writes on one of OpenCX's own channels; the session.
    pub fn writes_to_opencx(&self) -> String {
        let contact = Contact {
            name: Some("Ann Lee".into()),
            email: Some(self.email()),
            ..Contact::default()
        };
        let text = format!("{WORD} {} where is my order?", self.tag);
        let customer = ContactMessage { contact, text, ..ContactMessage::default() };
        self.world.opencx.customer_writes(customer).expect("a customer may write")
    }

    /// A message of HubSpot's, as `webhook` queues it.
    pub fn posted(&self, posted: &MessageRef, queue: Queue) -> Message {
        let waited = queue == Queue::EmailMessages;
        let body = json!({ "org": self.tag, "event": "conversation.newMessage",
            "thread": posted.thread, "message": posted.message, "waited": waited });
        Message {
            queue,
            group: format!("{}:{}", self.tag, posted.thread),
            body: body.to_string(),
            event_id: format!("{}-{}", posted.thread, posted.message),
            function: "reply-sync",
        }
    }

    /// An event of OpenCX's on its queue.
    pub fn told(&self, function: &'static str, queue: Queue, event: &str, data: &Value) -> Message {
        let session = data["conversation_id"].as_str().unwrap_or_default();
        let event_id = format!("{event}-{session}");
        let body = json!({ "event": event, "event_id": event_id, "organization_id": self.tag,
            "data": data });
        let group = format!("{}:{session}", self.tag);
        Message { queue, group, body: body.to_string(), event_id, function }
    }

    /// Lets a function work on an event without meddling: what came before the run.
    pub async fn before(&self, message: Message) {
        let event = Event::Message(message);
        let ample = Duration::from_secs(20);
        let first = Attempt { receives: 1, age: Duration::ZERO, length: ample };
        while Box::pin(invoke(&self.world.app, &event, first, ample)).await != Delivered::Settled {
            // A busy machine; its lease has to end.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Ends the waits for circuit breakers and rate limits, as if their time had come.
    pub async fn end_waits(&self) {
        self.let_breakers_probe().await;
        self.end_holds().await;
    }

    async fn let_breakers_probe(&self) {
        for vendor in VENDORS {
            let (table, key) = (&self.world.table, Key::breaker(&self.org(), vendor));
            if let Some(state) = table.breaker(&key).await.expect("the table answers") {
                let due = BreakerState { next_probe: 0, probing_until: 0, ..state };
                table.put_breaker(&key, &due).await.expect("the table answers");
            }
        }
    }

    async fn end_holds(&self) {
        let ended = json!({ "next_at": 0, "queued_until": 0, "reserved_until": 0 });
        for token in &self.tokens {
            for meter in [CALLS, SEARCH] {
                let key = Key::budget(token, meter);
                self.world.table.merge(&key, &ended).await.expect("the table answers");
            }
        }
    }

    /// The session of a thread.
    pub async fn session_of(&self, thread: &str) -> SessionId {
        let key = Key::thread(&self.org(), &ThreadId::new(thread));
        let link: Option<ThreadLink> = self.world.table.get(&key).await.expect("the table answers");
        link.and_then(|link| link.session).expect("the thread has a session")
    }
}
