//! Setting the portal up, and what administrators do: seeding, merging, deleting, erasing,
//! properties, channels.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::conversations::{Channel, Sending};
use crate::crm::{Draft, ObjectKind, Property, owned};
use crate::error::ActionError;
use crate::origin::Origin;
use crate::portal::Portal;

/// The surviving object of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// The object that the other one was merged into.
    IntoExisting,
    /// A new object, whose id replaces both.
    IntoNew,
}

impl Portal {
    /// Adds a contact and returns its id; no webhook tells of it.
    pub fn seed_contact(&self, properties: &[(&str, &str)]) -> Result<String, ActionError> {
        self.seed(ObjectKind::Contact, properties)
    }

    pub fn seed_company(&self, properties: &[(&str, &str)]) -> Result<String, ActionError> {
        self.seed(ObjectKind::Company, properties)
    }

    pub fn seed_deal(&self, properties: &[(&str, &str)]) -> Result<String, ActionError> {
        self.seed(ObjectKind::Deal, properties)
    }

    pub fn seed_ticket(&self, properties: &[(&str, &str)]) -> Result<String, ActionError> {
        self.seed(ObjectKind::Ticket, properties)
    }

    /// Adds an object of any kind and returns its id; the rules of a creation through the API
    /// hold, and no webhook tells of it.
    pub fn seed(
        &self,
        kind: ObjectKind,
        properties: &[(&str, &str)],
    ) -> Result<String, ActionError> {
        let properties = owned(properties);
        let draft = Draft { properties, associations: Vec::new() };
        Ok(self.with(|state| state.crm.create(kind, draft))?.to_string())
    }

    /// Associates two objects as a person does by hand: the first company becomes the primary one.
    pub fn associate(
        &self,
        from: (ObjectKind, &str),
        to: (ObjectKind, &str),
    ) -> Result<(), ActionError> {
        self.with(|state| {
            let one = state.crm.find(from.0, from.1, None)?.id;
            let other = state.crm.find(to.0, to.1, None)?.id;
            state.crm.associations.add_default((from.0, one), (to.0, other));
            Ok(())
        })
    }

    /// Ties a thread and a ticket together, as HubSpot does when a ticket is made out of a
    /// conversation.
    pub fn link_thread(&self, thread: &str, ticket: &str) -> Result<(), ActionError> {
        self.with(|state| {
            let ticket = state.crm.find(ObjectKind::Ticket, ticket, None)?.id;
            Ok(state.tie(thread, ticket)?)
        })
    }

    /// Sets the time of an object's creation (ISO 8601).
    pub fn backdate(&self, kind: ObjectKind, id: &str, created: &str) -> Result<(), ActionError> {
        self.with(|state| {
            let id = state.crm.find(kind, id, None)?.id;
            state.crm.stamp(kind, id, kind.created_property(), created);
            Ok(())
        })
    }

    /// Defines a property, as an administrator of the portal does.
    pub fn define_property(&self, kind: ObjectKind, property: Property) -> Result<(), ActionError> {
        self.with(|state| state.crm.schema_mut(kind).define(property))?;
        Ok(())
    }

    /// Makes a property mandatory for creations.
    pub fn require_property(&self, kind: ObjectKind, name: &str) {
        self.with(|state| state.crm.schema_mut(kind).mandatory.push(name.to_owned()));
    }

    /// Merges an object into another one: see [`Portal::merge_as`].
    pub fn merge(&self, kind: ObjectKind, from: &str, into: &str) -> Result<(), ActionError> {
        self.merge_as(kind, from, into, Merged::IntoExisting).map(|_| ())
    }

    /// Merges two objects and returns the survivor's id. The other ids answer with the survivor,
    /// or 404 if the portal's options say so (docs/vendors/hubspot.md#merges).
    pub fn merge_as(
        &self,
        kind: ObjectKind,
        from: &str,
        into: &str,
        survivor: Merged,
    ) -> Result<String, ActionError> {
        self.with(|state| {
            let from = state.crm.find(kind, from, None)?.id;
            let primary = state.crm.find(kind, into, None)?.id;
            let moved = state.crm.merge(kind, from, primary);
            let new = match survivor {
                Merged::IntoExisting => primary,
                Merged::IntoNew => {
                    let new = state.crm.copy(kind, primary);
                    state.crm.merge(kind, primary, new);
                    new
                }
            };
            let fields = [
                ("primaryObjectId", json!(primary)),
                ("mergedObjectIds", json!([from])),
                ("newObjectId", json!(new)),
                ("numberOfPropertiesMoved", json!(moved)),
            ];
            let event = format!("{}.merge", kind.singular());
            state.object_event(&event, (kind, new), Origin::Hubspot, &fields);
            Ok(new.to_string())
        })
    }

    /// Archives an object, as a person who deletes it. Nothing happens if it is not there.
    pub fn archive(&self, kind: ObjectKind, id: &str) {
        self.with(|state| {
            if state.crm.archive(kind, id) {
                let event = format!("{}.deletion", kind.singular());
                let object = (kind, id.parse().unwrap_or_default());
                let fields = [("changeFlag", json!("DELETED"))];
                state.object_event(&event, object, Origin::Hubspot, &fields);
            }
        });
    }

    /// Erases a contact for privacy reasons (`contact.privacyDeletion`).
    pub fn erase_contact(&self, id: &str) -> Result<(), ActionError> {
        self.with(|state| {
            let id = state.crm.find(ObjectKind::Contact, id, None)?.id;
            state.crm.erase(ObjectKind::Contact, id);
            let event = state.events.event("contact.privacyDeletion", id);
            state.events.queue(event);
            Ok(())
        })
    }

    /// Deletes a thread, which is answered 404 from now on.
    pub fn delete_thread(&self, id: &str) -> Result<(), ActionError> {
        self.with(|state| {
            let thread = state.conversations.thread_mut(id)?;
            thread.archived = true;
            state.events.thread_event("conversation.deletion", id.parse().unwrap_or_default());
            Ok(())
        })
    }

    /// Erases a thread for privacy reasons (`conversation.privacyDeletion`).
    pub fn erase_thread(&self, id: &str) -> Result<(), ActionError> {
        self.with(|state| {
            state.conversations.erase(id)?;
            let event = "conversation.privacyDeletion";
            state.events.thread_event(event, id.parse().unwrap_or_default());
            Ok(())
        })
    }

    /// Sets the fate of messages that apps post on a channel from now on.
    pub fn set_sending(&self, channel: Channel, sending: Sending) {
        self.with(|state| state.conversations.accounts.set_sending(channel, sending));
    }

    /// Connects the account of a channel again: it gets another id, which threads have from now
    /// on, and posts to the old one are rejected.
    pub fn reconnect_account(&self, channel: Channel) {
        self.with(|state| state.conversations.reconnect(channel));
    }
}
