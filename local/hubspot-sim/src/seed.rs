//! Filling the portal before anything happens: no webhooks are sent for it.

use std::collections::BTreeMap;

use crate::crm::{Draft, ObjectKind, Property};
use crate::portal::Portal;
use crate::refused::Refused;

impl Portal {
    /// A contact with these properties; returns its id.
    pub fn seed_contact(&self, properties: &[(&str, &str)]) -> Result<String, Refused> {
        self.seed(ObjectKind::Contact, properties)
    }

    /// A company with these properties; returns its id.
    pub fn seed_company(&self, properties: &[(&str, &str)]) -> Result<String, Refused> {
        self.seed(ObjectKind::Company, properties)
    }

    /// A deal with these properties; returns its id.
    pub fn seed_deal(&self, properties: &[(&str, &str)]) -> Result<String, Refused> {
        self.seed(ObjectKind::Deal, properties)
    }

    /// A ticket with these properties; returns its id.
    pub fn seed_ticket(&self, properties: &[(&str, &str)]) -> Result<String, Refused> {
        self.seed(ObjectKind::Ticket, properties)
    }

    /// An object of any kind; returns its id. The rules of a creation through the API hold.
    pub fn seed(&self, kind: ObjectKind, properties: &[(&str, &str)]) -> Result<String, Refused> {
        let owned = properties.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let properties: BTreeMap<String, String> = owned.collect();
        let draft = Draft { properties, associations: Vec::new() };
        Ok(self.with(|state| state.crm.create(kind, draft))?.to_string())
    }

    /// Associates two objects as a person does by hand: the first company becomes the main one.
    pub fn associate(
        &self,
        from: (ObjectKind, &str),
        to: (ObjectKind, &str),
    ) -> Result<(), Refused> {
        self.with(|state| {
            let one = state.crm.find(from.0, from.1, None)?.id;
            let other = state.crm.find(to.0, to.1, None)?.id;
            state.crm.links.add_default((from.0, one), (to.0, other));
            Ok(())
        })
    }

    /// Joins a thread and a ticket, as HubSpot does when a ticket is made out of a conversation.
    pub fn link_thread(&self, thread: &str, ticket: &str) -> Result<(), Refused> {
        self.with(|state| {
            let id = state.crm.find(ObjectKind::Ticket, ticket, None)?.id;
            state.desk.thread_mut(thread)?.ticket = Some(ticket.to_owned());
            let property = "hs_conversations_originating_thread_id";
            state.crm.stamp(ObjectKind::Ticket, id, property, thread);
            Ok(())
        })
    }

    /// Lets an object have been made at another moment (ISO 8601): long ago.
    pub fn backdate(&self, kind: ObjectKind, id: &str, made: &str) -> Result<(), Refused> {
        self.with(|state| {
            let id = state.crm.find(kind, id, None)?.id;
            state.crm.stamp(kind, id, kind.created_property(), made);
            Ok(())
        })
    }

    /// Defines a property, as an administrator of the portal does.
    pub fn define_property(&self, kind: ObjectKind, property: Property) -> Result<(), Refused> {
        self.with(|state| state.crm.schema_mut(kind).define(property))?;
        Ok(())
    }

    /// Merges an object into another one, as a person does: the id of the first answers with the
    /// other from then on.
    pub fn merge(&self, kind: ObjectKind, from: &str, into: &str) -> Result<(), Refused> {
        self.with(|state| {
            let from = state.crm.find(kind, from, None)?.id;
            let into = state.crm.find(kind, into, None)?.id;
            state.crm.merge(kind, into, from);
            Ok(())
        })
    }

    /// Archives an object, as a person who deletes it.
    pub fn archive(&self, kind: ObjectKind, id: &str) {
        self.with(|state| state.crm.archive(kind, id));
    }
}
