//! The changes of the portal that webhooks tell of. The API, the people of the portal and the
//! control routes all go through them.

use serde_json::{Value, json};
use sim_kit::clock;

use crate::conversations::{Message, MessageKind, ThreadStatus};
use crate::crm::{Draft, ObjectKind, Values};
use crate::error::ApiError;
use crate::origin::Origin;
use crate::state::State;

impl State {
    pub(crate) fn create(
        &mut self,
        kind: ObjectKind,
        draft: Draft,
        origin: Origin,
    ) -> Result<u64, ApiError> {
        let names: Vec<String> = draft.properties.keys().cloned().collect();
        let id = self.crm.create(kind, draft)?;
        let created = format!("{}.creation", kind.singular());
        self.object_event(&created, (kind, id), origin, &[("changeFlag", json!("CREATED"))]);
        let record = self.crm.find(kind, &id.to_string(), None)?.clone();
        for name in names {
            if let Some(value) = record.get(&name) {
                self.property_changed((kind, id), origin, &name, value);
            }
        }
        Ok(id)
    }

    pub(crate) fn update(
        &mut self,
        kind: ObjectKind,
        id: u64,
        properties: &Values,
        origin: Origin,
    ) -> Result<(), ApiError> {
        for change in self.crm.update(kind, id, properties)? {
            self.property_changed((kind, id), origin, &change.name, &change.value);
        }
        Ok(())
    }

    /// Writes an entry into a thread; webhooks tell of messages and comments of everybody.
    pub(crate) fn write(&mut self, thread: &str, entry: Message) -> Result<Message, ApiError> {
        let message = self.conversations.append(thread, entry)?;
        let of_channel = self.channel_event(&message);
        match of_channel {
            None => self.events.message(&message),
            Some(event) if self.custom_channels.behaviour.webhook_first => {
                self.events.queue_channel(event);
                self.events.message(&message);
            }
            Some(event) => {
                self.events.message(&message);
                self.events.queue_channel_last(event);
            }
        }
        Ok(message)
    }

    /// Gives a thread to a user, or to nobody.
    pub(crate) fn assign(
        &mut self,
        thread: &str,
        user: Option<u64>,
        origin: Origin,
    ) -> Result<(), ApiError> {
        let after = user.map(|id| format!("A-{id}"));
        let held = self.conversations.thread_mut(thread)?;
        let before = std::mem::replace(&mut held.assigned_to, after.clone());
        if before == after {
            return Ok(());
        }
        let value = after.clone().unwrap_or_default();
        let entry = Message {
            kind: MessageKind::Assignment,
            assigned_to: after,
            assigned_from: before,
            ..by(origin)
        };
        self.write(thread, entry)?;
        self.events.thread_changed(thread, "assignedTo", &value);
        Ok(())
    }

    pub(crate) fn set_status(
        &mut self,
        thread: &str,
        status: ThreadStatus,
        origin: Origin,
    ) -> Result<(), ApiError> {
        let held = self.conversations.thread_mut(thread)?;
        if held.status == status {
            return Ok(());
        }
        held.status = status;
        held.closed_at = (status == ThreadStatus::Closed).then(clock::now_iso);
        let kind = MessageKind::ThreadStatusChange;
        self.write(thread, Message { kind, new_status: Some(status), ..by(origin) })?;
        self.events.thread_changed(thread, "status", status.name());
        Ok(())
    }

    /// HubSpot tells of each property subscribed to, also of those that a creation sets. Only
    /// tickets' are subscribed to here.
    fn property_changed(
        &mut self,
        object: (ObjectKind, u64),
        origin: Origin,
        name: &str,
        value: &str,
    ) {
        if object.0 == ObjectKind::Ticket && self.events.announces(name) {
            let fields = [
                ("propertyName", json!(name)),
                ("propertyValue", json!(value)),
                ("isSensitive", json!(false)),
            ];
            self.object_event("ticket.propertyChange", object, origin, &fields);
        }
    }

    /// Queues an event about a CRM object; only contacts and tickets are subscribed to.
    pub(crate) fn object_event(
        &mut self,
        subscription: &str,
        (kind, id): (ObjectKind, u64),
        origin: Origin,
        fields: &[(&str, Value)],
    ) {
        if !matches!(kind, ObjectKind::Ticket | ObjectKind::Contact) {
            return;
        }
        let (source, source_id) = origin.source();
        let mut event = self.events.event(subscription, id);
        event.set("objectTypeId", kind.type_id());
        event.set("changeSource", source);
        event.set("sourceId", source_id);
        for (key, value) in fields {
            event.set(key, value.clone());
        }
        self.events.queue(event);
    }
}

fn by(origin: Origin) -> Message {
    Message { created_by: origin.actor(), client: origin.client(), ..Message::default() }
}
