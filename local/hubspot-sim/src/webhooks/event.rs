//! Webhook events in the shapes that apps receive (docs/vendors/hubspot.md#webhook-events).

use serde_json::{Map, Value, json};
use sim_kit::clock;

use crate::conversations::Message;
use crate::options::PortalOptions;

/// Ids beyond 31 bits, as HubSpot's are.
const FIRST_EVENT: u64 = 3_269_195_544;

/// An event, without its attempt number: that belongs to the delivery.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    fields: Map<String, Value>,
    /// The event of a custom channel that is sent after this one.
    pub(crate) then: Option<ChannelEvent>,
}

/// An event of a custom channel, which goes to the channel's own URL, alone
/// (docs/vendors/hubspot-channels.md#channel-webhooks).
#[derive(Debug, Clone)]
pub(crate) struct ChannelEvent {
    pub(crate) channel: String,
    pub(crate) body: Value,
}

/// An event that waits for the courier.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Event(Event),
    Channel(ChannelEvent),
}

impl Event {
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.fields.insert(key.to_owned(), value.into());
    }

    pub(crate) fn attempted(&self, attempt: u32) -> Value {
        let mut body = self.fields.clone();
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
    subscribed_properties: Option<Vec<String>>,
    next: u64,
    waiting: Vec<Outgoing>,
}

impl Events {
    pub(crate) fn new(options: &PortalOptions) -> Self {
        Self {
            portal_id: options.portal_id,
            app_id: options.app_id,
            also_message_created: options.also_message_created,
            subscribed_properties: options.subscribed_properties.clone(),
            next: FIRST_EVENT,
            waiting: Vec::new(),
        }
    }

    pub(crate) fn event(&mut self, subscription: &str, object_id: u64) -> Event {
        let id = self.new_id();
        let mut event = Event { fields: Map::new(), then: None };
        event.set("eventId", id);
        event.set("subscriptionId", subscription_id(subscription));
        event.set("portalId", self.portal_id);
        event.set("appId", self.app_id);
        event.set("occurredAt", clock::now_ms());
        event.set("subscriptionType", subscription);
        event.set("objectId", object_id);
        event
    }

    /// Returns whether changes of a ticket property are announced.
    pub(crate) fn announces(&self, property: &str) -> bool {
        self.subscribed_properties
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name == property))
    }

    pub(crate) fn queue(&mut self, event: Event) {
        self.waiting.push(Outgoing::Event(event));
    }

    pub(crate) fn queue_channel(&mut self, event: ChannelEvent) {
        self.waiting.push(Outgoing::Channel(event));
    }

    /// Sends an event of a channel after the latest event, instead of at once.
    pub(crate) fn queue_channel_last(&mut self, event: ChannelEvent) {
        match self.waiting.last_mut() {
            Some(Outgoing::Event(latest)) => latest.then = Some(event),
            _ => self.queue_channel(event),
        }
    }

    /// Makes an id for an event.
    pub(crate) fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    pub(crate) fn take(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.waiting)
    }

    /// Queues the event of a new entry of a thread, if its kind has any.
    pub(crate) fn message(&mut self, message: &Message) {
        let Some(message_type) = message.kind.webhook_type() else { return };
        let names = ["conversation.newMessage", "conversation.messageCreated"];
        for name in names.into_iter().take(1 + usize::from(self.also_message_created)) {
            let mut event = self.event(name, message.thread.parse().unwrap_or_default());
            event.set("messageId", message.id.as_str());
            event.set("messageType", message_type);
            event.set("changeFlag", "NEW_MESSAGE");
            self.queue(event);
        }
    }

    /// Queues an event about a thread: its creation or deletion.
    pub(crate) fn thread_event(&mut self, subscription: &str, thread: u64) {
        let event = self.event(subscription, thread);
        self.queue(event);
    }

    pub(crate) fn thread_changed(&mut self, thread: &str, property: &str, value: &str) {
        let thread = thread.parse().unwrap_or_default();
        let mut event = self.event("conversation.propertyChange", thread);
        event.set("propertyName", property);
        event.set("propertyValue", value);
        self.queue(event);
    }
}

/// Each subscription of the app has an id of its own.
fn subscription_id(subscription: &str) -> u32 {
    2_371_671 + subscription.bytes().map(u32::from).sum::<u32>()
}
