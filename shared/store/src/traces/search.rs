//! The search for what is stored about a person or a conversation, without a scan.

use bridge_domain::hubspot::party::Identifier;
use bridge_domain::ids::{ContactId, OrgId, SessionId, ThreadId, TicketId};
use bridge_domain::rules::participants::Customer;

use super::Traces;
use crate::error::StoreError;
use crate::key::{Key, LISTED_NAME, LISTED_SESSION};
use crate::links::{ContactLink, CustomerLink, SessionLink, ThreadLink, TicketLink};
use crate::parked::StoredOutcome;
use crate::person::{Name, PersonName};
use crate::table::{Table, alive, read};

impl Table {
    /// Finds what is stored about the person with this name.
    pub async fn traces_of_name(&self, org: &OrgId, name: Name<'_>) -> Result<Traces, StoreError> {
        let mut traces = Traces::new(org);
        traces.name_address(name);
        if let Some(name) = self.known_person_name(org, name).await? {
            self.follow_name(&mut traces, &name).await?;
        }
        self.follow_contacts(&mut traces).await?;
        self.follow_sessions(&mut traces).await?;
        Ok(traces)
    }

    /// Finds what is stored about the person of a HubSpot contact.
    pub async fn traces_of_contact(
        &self,
        org: &OrgId,
        contact: &ContactId,
    ) -> Result<Traces, StoreError> {
        let mut traces = Traces::new(org);
        traces.contacts.insert(contact.clone());
        self.follow_contacts(&mut traces).await?;
        self.follow_sessions(&mut traces).await?;
        Ok(traces)
    }

    /// Finds what is stored about the conversation of a HubSpot thread.
    pub async fn traces_of_thread(
        &self,
        org: &OrgId,
        thread: &ThreadId,
    ) -> Result<Traces, StoreError> {
        let mut traces = Traces::new(org);
        traces.threads.insert(thread.clone());
        let key = Key::thread(org, thread);
        if let Some(link) = self.get::<ThreadLink>(&key).await? {
            traces.links.insert(key);
            traces.sessions.extend(link.session);
        }
        self.follow_sessions(&mut traces).await?;
        Ok(traces)
    }

    async fn follow_contacts(&self, traces: &mut Traces) -> Result<(), StoreError> {
        for contact in traces.contacts.clone() {
            let mut names = Vec::new();
            for (key, item) in self.partition(&Key::customer(&traces.org, &contact).pk).await? {
                if let Some(session) = key.sk.strip_prefix(LISTED_SESSION) {
                    traces.sessions.insert(session.into());
                } else if let Some(name) = key.sk.strip_prefix(LISTED_NAME) {
                    names.push(PersonName::new(name));
                } else if alive(&item) {
                    let link: CustomerLink = read(item)?;
                    traces.tickets.extend(link.ticket);
                }
                traces.lists.insert(key);
            }
            for name in names {
                self.follow_name(traces, &name).await?;
            }
        }
        Ok(())
    }

    async fn follow_name(&self, traces: &mut Traces, name: &PersonName) -> Result<(), StoreError> {
        for (key, item) in self.partition(&Key::contact(&traces.org, name).pk).await? {
            traces.names.insert(name.clone());
            if let Some(session) = key.sk.strip_prefix(LISTED_SESSION) {
                traces.sessions.insert(session.into());
            } else if alive(&item) {
                let link: ContactLink = read(item)?;
                traces.contacts.extend(link.contact);
            }
            traces.lists.insert(key);
        }
        Ok(())
    }

    async fn follow_sessions(&self, traces: &mut Traces) -> Result<(), StoreError> {
        for session in traces.sessions.clone() {
            self.follow_session(traces, &session).await?;
        }
        for ticket in std::mem::take(&mut traces.tickets) {
            self.follow_ticket(traces, ticket).await?;
        }
        for event in self.parked(Some(traces.org.as_str())).await? {
            if self.is_about(&event, traces).await? {
                traces.parked.push(event);
            }
        }
        Ok(())
    }

    async fn follow_session(
        &self,
        traces: &mut Traces,
        session: &SessionId,
    ) -> Result<(), StoreError> {
        let key = Key::session(&traces.org, session);
        let Some(link) = self.get::<SessionLink>(&key).await? else { return Ok(()) };
        traces.links.insert(key);
        traces.tickets.extend(link.ticket);
        for person in link.listed.into_iter().flatten() {
            let contact = person.strip_prefix(&format!("CUSTOMER#{}#", traces.org));
            let contact = contact.map(ContactId::new);
            traces.related_contacts.extend(contact.filter(|id| !traces.contacts.contains(id)));
            let person = Key { pk: person, sk: String::new() };
            traces.lists.insert(Key::listed_session(&person, session));
        }
        for identifier in link.customer.iter().flat_map(Customer::identifiers) {
            match identifier {
                Identifier::Email(email) => traces.emails.insert(email.to_string()),
                Identifier::Phone(digits) => traces.phones.insert(digits),
                Identifier::Actor(_) | Identifier::Other(..) => false,
            };
        }
        if let Some(thread) = link.thread {
            let key = Key::thread(&traces.org, &thread);
            let of_thread: ThreadLink = self.get(&key).await?.unwrap_or_default();
            let is_theirs = of_thread.session.is_none_or(|of| traces.sessions.contains(&of));
            if is_theirs {
                traces.links.insert(key);
                traces.threads.insert(thread);
            }
        }
        Ok(())
    }

    /// A ticket with somebody else's conversation stays, without this one.
    async fn follow_ticket(&self, traces: &mut Traces, id: TicketId) -> Result<(), StoreError> {
        let key = Key::ticket(&traces.org, &id);
        let link: TicketLink = self.get(&key).await?.unwrap_or_default();
        let mut others = link.sessions.unwrap_or_default();
        others.retain(|session| !traces.sessions.contains(session));
        if others.is_empty() {
            let items = self.partition(&key.pk).await?;
            traces.links.extend(items.into_iter().map(|(key, _)| key));
            traces.tickets.insert(id);
        } else {
            traces.shared_tickets.push((id, others));
        }
        Ok(())
    }

    async fn is_about(&self, event: &StoredOutcome, traces: &Traces) -> Result<bool, StoreError> {
        let record = &event.record;
        let is_named = record.session.as_ref().is_some_and(|id| traces.sessions.contains(id))
            || record.thread.as_ref().is_some_and(|id| traces.threads.contains(id));
        if is_named {
            return Ok(true);
        }
        let body = self.kept_body(event).await?;
        Ok(body.is_some_and(|body| traces.are_in(&body.body)))
    }
}
