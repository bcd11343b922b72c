//! Everything that is stored about a person or a conversation, found without a scan, to be
//! shown or erased.

use std::collections::BTreeSet;

use bridge_domain::hubspot::party::Identifier;
use bridge_domain::ids::{ContactId, OrgId, SessionId, ThreadId, TicketId};
use bridge_domain::rules::participants::Customer;
use serde_json::Value;

use crate::error::StoreError;
use crate::key::{Key, LISTED_NAME, LISTED_SESSION};
use crate::links::{ContactLink, CustomerLink, SessionLink, ThreadLink, TicketLink};
use crate::parked::StoredOutcome;
use crate::person::{Name, PersonName};
use crate::table::{Table, alive, read};

/// The traces of a person, or of a conversation.
#[derive(Debug)]
pub struct Traces {
    /// The organisation.
    pub org: OrgId,
    /// HubSpot contacts.
    pub contacts: BTreeSet<ContactId>,
    /// HubSpot contacts of the same conversations, which may be other people.
    pub related_contacts: BTreeSet<ContactId>,
    /// Names, as keys hold them.
    pub names: BTreeSet<PersonName>,
    /// Conversations in OpenCX.
    pub sessions: BTreeSet<SessionId>,
    /// Their threads in HubSpot.
    pub threads: BTreeSet<ThreadId>,
    /// Tickets on which nobody else's conversation is.
    pub tickets: BTreeSet<TicketId>,
    /// Tickets that stay, and the conversations of others on them.
    pub shared_tickets: Vec<(TicketId, Vec<SessionId>)>,
    /// Parked events that tell of them.
    pub parked: Vec<StoredOutcome>,
    /// Email addresses by which a message is recognised as theirs.
    emails: BTreeSet<String>,
    /// The same of phone numbers, by their digits.
    phones: BTreeSet<String>,
    links: BTreeSet<Key>,
    /// Last to be removed: by them the links are found again, should an erasure be interrupted.
    lists: BTreeSet<Key>,
}

impl Traces {
    fn new(org: &OrgId) -> Self {
        Self {
            org: org.clone(),
            contacts: BTreeSet::new(),
            related_contacts: BTreeSet::new(),
            names: BTreeSet::new(),
            sessions: BTreeSet::new(),
            threads: BTreeSet::new(),
            tickets: BTreeSet::new(),
            shared_tickets: Vec::new(),
            parked: Vec::new(),
            emails: BTreeSet::new(),
            phones: BTreeSet::new(),
            links: BTreeSet::new(),
            lists: BTreeSet::new(),
        }
    }

    /// Returns whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.items() == 0 && self.parked.is_empty()
    }

    /// The number of items of the table that an erasure removes or changes.
    pub fn items(&self) -> usize {
        self.links.len() + self.lists.len() + self.shared_tickets.len()
    }

    /// Returns whether a queue message tells of them: it has the id of a conversation, thread or
    /// ticket of theirs in its place, or one of their addresses anywhere.
    pub fn are_in(&self, body: &str) -> bool {
        match serde_json::from_str::<Value>(body) {
            Ok(body) => self.are_in_value("", &body),
            Err(_) => self.are_in_text("", body),
        }
    }

    fn are_in_value(&self, key: &str, value: &Value) -> bool {
        match value {
            Value::Object(fields) => fields.iter().any(|(key, one)| self.are_in_value(key, one)),
            Value::Array(list) => list.iter().any(|one| self.are_in_value(key, one)),
            Value::String(text) => self.are_in_text(key, text),
            Value::Number(number) => self.are_in_text(key, &number.to_string()),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// HubSpot counts each kind of record for itself: an id counts under a key of its kind only.
    fn are_in_text(&self, key: &str, text: &str) -> bool {
        let key = key.to_lowercase();
        let is_thread = key.contains("thread") || key == "external_id";
        let is_id = self.sessions.contains(&text.into())
            || is_thread && self.threads.contains(&text.into())
            || key.contains("ticket") && self.tickets.contains(&text.into());
        let lower = text.to_lowercase();
        let is_phone = text.chars().all(|c| c.is_ascii_digit() || "+-()./ ".contains(c))
            && self.phones.contains(&bridge_domain::phone::digits(text));
        is_id || is_phone || self.emails.iter().any(|email| lower.contains(email))
    }

    fn name_address(&mut self, name: Name<'_>) {
        match name {
            Name::Email(email) => self.emails.insert(email.to_string()),
            Name::Phone(number) => self.phones.insert(bridge_domain::phone::digits(number)),
            Name::OpenCx(_) | Name::Visitor(_) | Name::Session(_) => false,
        };
    }
}

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

    /// Erases what was found: the messages of parked events, the links, and last the lists by
    /// which they are found. The claims stay, which hold ids only. An erasure that is
    /// interrupted is done again as a whole.
    pub async fn erase(&self, traces: &Traces) -> Result<(), StoreError> {
        for event in &traces.parked {
            self.forget_body(&event.key).await?;
        }
        for (ticket, others) in &traces.shared_tickets {
            let sessions = Some(others.clone());
            let link = TicketLink { sessions, ..TicketLink::default() };
            self.merge(&Key::ticket(&traces.org, ticket), &link).await?;
        }
        for key in traces.links.iter().chain(&traces.lists) {
            self.delete(key).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_theirs_by_an_id_or_an_address() {
        let mut traces = Traces::new(&"acme".into());
        traces.sessions.insert("s-1".into());
        traces.threads.insert("7".into());
        traces.tickets.insert("9001".into());
        traces.emails.insert("ann@example.org".to_owned());
        traces.phones.insert("4915112345678".to_owned());
        for theirs in [
            r#"{"data":{"conversation_id":"s-1"}}"#,
            r#"{"ticket":9001}"#,
            r#"{"kind":"message","thread":"7"}"#,
            r#"{"ticketing_system":{"external_id":7}}"#,
            r#"{"contact":{"email":"Ann@Example.org"}}"#,
            r#"{"text":"write to ann@example.org, please"}"#,
            r#"{"phone":"+49 (0)151 1234-5678"}"#,
            "not JSON, from ANN@example.org",
        ] {
            assert!(traces.are_in(theirs), "{theirs}");
        }
        for others in [
            r#"{"data":{"conversation_id":"s-11"}}"#,
            r#"{"ticket":90010}"#,
            r#"{"ticket":7}"#,
            r#"{"portal":9001,"text":"7"}"#,
            r#"{"text":"room 4915112345678 b"}"#,
            r#"{"email":"bob@example.org"}"#,
            r#"{"s-1":"a key is no value"}"#,
            r#"{"phone":"+49 151 1234-5679"}"#,
            "",
        ] {
            assert!(!traces.are_in(others), "{others}");
        }
    }
}
