//! Webhook events in the shapes that apps receive.

use serde_json::{Map, Value, json};

use crate::clock;
use crate::desk::{Message, MessageKind};
use crate::options::PortalOptions;

/// Ids beyond 31 bits, as HubSpot's are.
const FIRST_EVENT: u64 = 3_269_195_544;

/// One event, without its attempt number: that belongs to the delivery.
#[derive(Debug, Clone)]
pub(crate) struct Event(Map<String, Value>);

impl Event {
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    pub(crate) fn attempted(&self, attempt: u32) -> Value {
        let mut body = self.0.clone();
        body.insert("attemptNumber".to_owned(), json!(attempt));
        Value::Object(body)
    }
}

/// Makes events, and keeps those that have not gone to the courier yet.
#[derive(Debug)]
pub(crate) struct Events {
    portal_id: u64,
    app_id: u64,
    also_message_created: bool,
    next: u64,
    waiting: Vec<Event>,
}

impl Events {
    pub(crate) fn new(options: &PortalOptions) -> Self {
        Self {
            portal_id: options.portal_id,
            app_id: options.app_id,
            also_message_created: options.also_message_created,
            next: FIRST_EVENT,
            waiting: Vec::new(),
        }
    }

    pub(crate) fn event(&mut self, subscription: &str, object_id: u64) -> Event {
        let id = self.next;
        self.next += 1;
        let body = json!({
            "eventId": id, "subscriptionId": subscription_id(subscription),
            "portalId": self.portal_id, "appId": self.app_id, "occurredAt": clock::now_ms(),
            "subscriptionType": subscription, "objectId": object_id,
        });
        match body {
            Value::Object(fields) => Event(fields),
            _ => Event(Map::new()),
        }
    }

    pub(crate) fn queue(&mut self, event: Event) {
        self.waiting.push(event);
    }

    /// How many wait; with [`Events::forget_after`], for acts that are undone.
    pub(crate) fn mark(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn forget_after(&mut self, mark: usize) {
        self.waiting.truncate(mark);
    }

    pub(crate) fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.waiting)
    }

    pub(crate) fn message(&mut self, thread: &str, message: &Message) {
        self.tell_message("conversation.newMessage", thread, message);
        if self.also_message_created {
            self.tell_message("conversation.messageCreated", thread, message);
        }
    }

    pub(crate) fn thread_created(&mut self, thread: u64) {
        let mut event = self.event("conversation.creation", thread);
        event.set("changeFlag", "CREATED");
        self.queue(event);
    }

    pub(crate) fn thread_changed(&mut self, thread: &str, property: &str, value: &str) {
        let mut event = self.event("conversation.propertyChange", thread.parse().unwrap_or(0));
        event.set("propertyName", property);
        event.set("propertyValue", value);
        self.queue(event);
    }

    fn tell_message(&mut self, subscription: &str, thread: &str, message: &Message) {
        let mut event = self.event(subscription, thread.parse().unwrap_or(0));
        event.set("messageId", message.id.as_str());
        event.set(
            "messageType",
            match message.kind {
                MessageKind::Comment => "COMMENT",
                MessageKind::WelcomeMessage => "WELCOME_MESSAGE",
                _ => "MESSAGE",
            },
        );
        event.set("changeFlag", "NEW_MESSAGE");
        self.queue(event);
    }
}

/// Each subscription of the app has an id of its own.
fn subscription_id(subscription: &str) -> u32 {
    let known = [
        "conversation.newMessage",
        "conversation.messageCreated",
        "conversation.creation",
        "conversation.propertyChange",
        "ticket.creation",
        "ticket.propertyChange",
        "contact.creation",
    ];
    let place = known.iter().position(|name| *name == subscription).unwrap_or(known.len());
    2_371_671 + u32::try_from(place).unwrap_or_default()
}
