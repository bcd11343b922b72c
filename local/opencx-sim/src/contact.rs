//! Contacts, and how one is recognised.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A customer as OpenCX knows one. Every part may be missing; a stored contact has an id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    pub id: Option<String>,
    /// The name that people see.
    pub name: Option<String>,
    /// The email address; compared without regard to case.
    pub email: Option<String>,
    /// The telephone number; compared without spaces and punctuation.
    pub phone_number: Option<String>,
    /// Text only: OpenCX keeps no other values on a contact.
    pub custom_data: BTreeMap<String, String>,
    /// Custom data that came with a session opened as `verified: false`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub non_verified_custom_data: BTreeMap<String, String>,
}

impl Contact {
    /// Returns the id, empty for a contact that is not stored yet.
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// Takes over the fields that `other` has.
    pub(crate) fn update(&mut self, other: Contact) {
        self.name = other.name.or(self.name.take());
        self.email = other.email.or(self.email.take());
        self.phone_number = other.phone_number.or(self.phone_number.take());
        self.custom_data.extend(other.custom_data);
        self.non_verified_custom_data.extend(other.non_verified_custom_data);
    }

    fn is_same_person(&self, other: &Contact) -> bool {
        same(self.id.as_ref(), other.id.as_ref(), String::clone)
            || same(self.email.as_ref(), other.email.as_ref(), |email| email.to_lowercase())
            || same(self.phone_number.as_ref(), other.phone_number.as_ref(), |n| digits(n))
    }
}

/// All contacts, oldest first.
#[derive(Debug, Default)]
pub(crate) struct ContactBook(Vec<Contact>);

impl ContactBook {
    pub(crate) fn get(&self, id: &str) -> Option<&Contact> {
        self.0.iter().find(|contact| contact.id() == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Contact> {
        self.0.iter_mut().find(|contact| contact.id() == id)
    }

    pub(crate) fn all(&self) -> &[Contact] {
        &self.0
    }

    /// Returns the id of the contact that is described: a known one (by id, else email or number,
    /// whoever typed them), which is updated, or a new one.
    pub(crate) fn find_or_create(&mut self, described: Contact) -> String {
        if let Some(known) = self.0.iter_mut().find(|known| known.is_same_person(&described)) {
            known.update(described);
            return known.id().to_owned();
        }
        let id = described.id.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
        self.0.push(Contact { id: Some(id.clone()), ..described });
        id
    }
}

fn same(a: Option<&String>, b: Option<&String>, normal: impl Fn(&String) -> String) -> bool {
    matches!((a, b), (Some(a), Some(b)) if normal(a) == normal(b))
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
