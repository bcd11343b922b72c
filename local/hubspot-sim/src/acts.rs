//! The acts that change the portal and are told to webhooks. The API, the people of the portal
//! and the control routes all go through them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::crm::{Draft, ObjectKind};
use crate::desk::{Author, Content, Message, MessageKind, ThreadStatus};
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
        if matches!(kind, ObjectKind::Ticket | ObjectKind::Contact) {
            let name = format!("{}.creation", kind.singular());
            self.tell_change(&name, kind, id, origin, [("changeFlag", json!("CREATED"))]);
        }
        let made = self.crm.find(kind, &id.to_string(), None)?;
        let set = |name: String| made.get(&name).map(|value| (name.clone(), value.to_owned()));
        for (name, value) in names.into_iter().filter_map(set).collect::<Vec<_>>() {
            self.property_changed(kind, id, origin, &name, &value);
        }
        Ok(id)
    }

    pub(crate) fn update(
        &mut self,
        kind: ObjectKind,
        id: u64,
        properties: &BTreeMap<String, String>,
        origin: Origin,
    ) -> Result<(), ApiError> {
        for change in self.crm.update(kind, id, properties)? {
            self.property_changed(kind, id, origin, &change.name, &change.value);
        }
        Ok(())
    }

    /// Writes an entry into a thread; messages and comments of everybody are told to webhooks.
    pub(crate) fn write(
        &mut self,
        thread: &str,
        kind: MessageKind,
        author: Author,
        content: Content,
    ) -> Result<Message, ApiError> {
        let message = self.desk.append(thread, kind, author, content)?;
        if let MessageKind::Message | MessageKind::Comment | MessageKind::WelcomeMessage = kind {
            self.events.message(thread, &message);
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
        let held = self.desk.thread_mut(thread)?;
        let before = std::mem::replace(&mut held.assigned_to, after.clone());
        if before == after {
            return Ok(());
        }
        let value = after.clone().unwrap_or_default();
        let content = Content { assigned_to: after, assigned_from: before, ..Content::default() };
        self.write(thread, MessageKind::Assignment, origin.author(), content)?;
        self.events.thread_changed(thread, "assignedTo", &value);
        Ok(())
    }

    pub(crate) fn set_status(
        &mut self,
        thread: &str,
        status: ThreadStatus,
        origin: Origin,
    ) -> Result<(), ApiError> {
        let held = self.desk.thread_mut(thread)?;
        if held.status == status {
            return Ok(());
        }
        held.status = status;
        held.closed_at = (status == ThreadStatus::Closed).then(crate::clock::now_iso);
        let content = Content { new_status: Some(status), ..Content::default() };
        self.write(thread, MessageKind::ThreadStatusChange, origin.author(), content)?;
        self.events.thread_changed(thread, "status", status.name());
        Ok(())
    }

    /// HubSpot tells of each property subscribed to, also of those that a creation sets. Only
    /// tickets' are subscribed to here.
    fn property_changed(
        &mut self,
        kind: ObjectKind,
        id: u64,
        origin: Origin,
        name: &str,
        value: &str,
    ) {
        if kind != ObjectKind::Ticket {
            return;
        }
        let fields = [
            ("propertyName", json!(name)),
            ("propertyValue", json!(value)),
            ("isSensitive", json!(false)),
        ];
        self.tell_change("ticket.propertyChange", kind, id, origin, fields);
    }

    fn tell_change<const N: usize>(
        &mut self,
        subscription: &str,
        kind: ObjectKind,
        id: u64,
        origin: Origin,
        fields: [(&str, Value); N],
    ) {
        let (source, source_id) = origin.source();
        let mut event = self.events.event(subscription, id);
        event.set("objectTypeId", kind.type_id());
        event.set("changeSource", source);
        event.set("sourceId", source_id);
        for (key, value) in fields {
            event.set(key, value);
        }
        self.events.queue(event);
    }
}
