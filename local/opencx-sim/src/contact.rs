//! Contacts, and how one is recognised.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A customer as OpenCX knows one. Every part may be missing; what is kept has an id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// OpenCX's id.
    pub id: Option<String>,
    /// The name that people see.
    pub name: Option<String>,
    /// The mail address; compared without regard to case.
    pub email: Option<String>,
    /// The telephone number; compared without spaces and punctuation.
    pub phone_number: Option<String>,
    /// Strings only: OpenCX keeps no other values on a contact.
    pub custom_data: BTreeMap<String, String>,
}

impl Contact {
    /// The id, empty for a contact that is not kept yet.
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// Takes over what `news` knows.
    pub(crate) fn update(&mut self, news: Contact) {
        replace(&mut self.name, news.name);
        replace(&mut self.email, news.email);
        replace(&mut self.phone_number, news.phone_number);
        self.custom_data.extend(news.custom_data);
    }

    fn is(&self, other: &Contact) -> bool {
        same(self.id.as_ref(), other.id.as_ref(), String::clone)
            || same(self.email.as_ref(), other.email.as_ref(), |email| email.to_lowercase())
            || same(self.phone_number.as_ref(), other.phone_number.as_ref(), |n| digits(n))
    }
}

/// All contacts of the organisation, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct ContactBook(Vec<Contact>);

impl ContactBook {
    /// The contact with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Contact> {
        self.0.iter().find(|contact| contact.id() == id)
    }

    /// The contact with this id, to be changed.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Contact> {
        self.0.iter_mut().find(|contact| contact.id() == id)
    }

    /// Every contact.
    pub(crate) fn all(&self) -> &[Contact] {
        &self.0
    }

    /// The id of the contact that `who` describes: a known one (by id, else email or number), which
    /// learns what `who` adds, or a new one.
    pub(crate) fn recognise(&mut self, who: Contact) -> String {
        if let Some(known) = self.0.iter_mut().find(|known| known.is(&who)) {
            known.update(who);
            return known.id().to_owned();
        }
        let id = who.id.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
        self.0.push(Contact { id: Some(id.clone()), ..who });
        id
    }
}

fn replace(old: &mut Option<String>, new: Option<String>) {
    if new.is_some() {
        *old = new;
    }
}

fn same(a: Option<&String>, b: Option<&String>, plain: impl Fn(&String) -> String) -> bool {
    matches!((a, b), (Some(a), Some(b)) if plain(a) == plain(b))
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_email(email: &str) -> Contact {
        Contact { email: Some(email.to_owned()), ..Contact::default() }
    }

    fn with_number(number: &str) -> Contact {
        Contact { phone_number: Some(number.to_owned()), ..Contact::default() }
    }

    #[test]
    fn the_same_person_is_recognised_by_email_or_number() {
        let mut book = ContactBook::default();
        let ada = book.recognise(with_email("ada@acme.com"));
        let bob = book.recognise(with_number("+49 30 123-456"));
        assert_eq!(book.recognise(with_email("Ada@Acme.com")), ada);
        assert_eq!(book.recognise(with_number("+4930123456")), bob);
        assert_eq!(book.all().len(), 2);
    }

    #[test]
    fn people_of_whom_nothing_is_known_stay_apart() {
        let mut book = ContactBook::default();
        let first = book.recognise(Contact::default());
        assert_ne!(book.recognise(Contact::default()), first);
    }

    #[test]
    fn a_known_contact_learns_and_forgets_nothing() {
        let mut book = ContactBook::default();
        let id = book.recognise(with_email("ada@acme.com"));
        let news = Contact { name: Some("Ada".into()), ..with_email("ada@acme.com") };
        book.recognise(news);
        book.recognise(with_email("ada@acme.com"));
        assert_eq!(book.get(&id).unwrap().name.as_deref(), Some("Ada"));
    }
}
