//! Everything that is stored about a person or a conversation, to be shown or erased.

mod erasure;
mod search;

use std::collections::BTreeSet;

use bridge_domain::ids::{ContactId, OrgId, SessionId, ThreadId, TicketId};
use serde_json::Value;

use crate::key::Key;
use crate::parked::StoredOutcome;
use crate::person::{Name, PersonName};

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
