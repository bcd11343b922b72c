//! Tickets, their sessions and their customers.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, OrgId, SessionId, TicketId};
use serde::{Deserialize, Serialize};

use super::{SessionLink, Written};
use crate::error::StoreError;
use crate::key::Key;
use crate::table::Table;

/// The link of a HubSpot ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TicketLink {
    /// The sessions on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Vec<SessionId>>,
    /// The customer under whose lock the ticket is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// Set on the ticket of an unproven customer alone, whom no other handoff joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separate: Option<bool>,
    /// Closed, as far as events told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<bool>,
    /// The property values that the bridge wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<BTreeMap<String, Written>>,
    /// When it expires (epoch seconds); a change that does not say lets it live long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
}

/// A customer's tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomerLink {
    /// The last ticket of theirs, perhaps still open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
}

impl Table {
    /// Moves what is kept about a merged ticket to the one that survives, and returns whether
    /// anything was kept.
    pub async fn move_ticket(
        &self,
        org: &OrgId,
        merged: &TicketId,
        survivor: &TicketId,
    ) -> Result<bool, StoreError> {
        let Some(old) = self.get::<TicketLink>(&Key::ticket(org, merged)).await? else {
            return Ok(false);
        };
        let key = Key::ticket(org, survivor);
        let known: TicketLink = self.get(&key).await?.unwrap_or_default();
        let mut sessions = known.sessions.unwrap_or_default();
        for session in old.sessions.unwrap_or_default() {
            let link = SessionLink { ticket: Some(survivor.clone()), ..SessionLink::default() };
            self.merge(&Key::session(org, &session), &link).await?;
            if !sessions.contains(&session) {
                sessions.push(session);
            }
        }
        for contact in old.contact.iter().chain(&known.contact) {
            let link = CustomerLink { ticket: Some(survivor.clone()) };
            self.merge(&Key::customer(org, contact), &link).await?;
        }
        let contact = known.contact.or(old.contact);
        let link = TicketLink { sessions: Some(sessions), contact, ..TicketLink::default() };
        self.merge(&key, &link).await?;
        self.delete(&Key::ticket(org, merged)).await?;
        Ok(true)
    }

    /// Puts a session in the place of another one on a ticket.
    pub async fn replace_session(
        &self,
        org: &OrgId,
        ticket: &TicketId,
        old: &SessionId,
        new: &SessionId,
    ) -> Result<(), StoreError> {
        let key = Key::ticket(org, ticket);
        let known: TicketLink = self.get(&key).await?.unwrap_or_default();
        let mut sessions = known.sessions.unwrap_or_default();
        sessions.retain(|session| session != old && session != new);
        sessions.push(new.clone());
        let link = TicketLink { sessions: Some(sessions), ..TicketLink::default() };
        self.merge(&key, &link).await
    }
}
