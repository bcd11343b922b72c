//! The lists of what is stored about a person. They stand in the partitions of the links by
//! which a person is known, so that one query finds the link and all that belongs to it.

use std::collections::BTreeMap;

use bridge_domain::hubspot::party::Identifier;
use bridge_domain::ids::{ContactId, OrgId, SessionId};
use bridge_domain::rules::participants::Customer;

use crate::error::StoreError;
use crate::key::Key;
use crate::person::{Name, PersonName};
use crate::table::{TTL, Table, ttl_after};
use crate::write::LIFETIME;

impl Table {
    /// Lists a session under the contact and the addresses of its customer. Returns the
    /// partitions in which it is listed, for its link; `None` if it was in all of them already.
    pub async fn list_session(
        &self,
        org: &OrgId,
        session: &SessionId,
        customer: &Customer,
        listed: Option<&[String]>,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let mut all = listed.unwrap_or_default().to_vec();
        for person in self.people(org, customer).await? {
            if !all.contains(&person.pk) {
                self.list(&Key::listed_session(&person, session)).await?;
                all.push(person.pk);
            }
        }
        Ok((all.len() > listed.map_or(0, <[String]>::len)).then_some(all))
    }

    /// Lists a name under the contact that it leads to.
    pub async fn list_name(
        &self,
        org: &OrgId,
        contact: &ContactId,
        name: &PersonName,
    ) -> Result<(), StoreError> {
        self.list(&Key::listed_name(&Key::customer(org, contact), name)).await
    }

    /// Returns the links by which a customer may be known.
    async fn people(&self, org: &OrgId, customer: &Customer) -> Result<Vec<Key>, StoreError> {
        let mut people: Vec<Key> =
            customer.contact().iter().map(|contact| Key::customer(org, contact)).collect();
        for identifier in customer.identifiers() {
            let name = match &identifier {
                Identifier::Email(email) => Name::Email(email),
                Identifier::Phone(digits) => Name::Phone(digits),
                Identifier::Actor(_) | Identifier::Other(..) => continue,
            };
            people.push(Key::contact(org, &self.person_name(org, name).await?));
        }
        Ok(people)
    }

    /// An entry outlives what it lists, which may be renewed without it.
    async fn list(&self, entry: &Key) -> Result<(), StoreError> {
        self.merge(entry, &Entry::from([(TTL, ttl_after(LIFETIME * 2))])).await
    }
}

type Entry = BTreeMap<&'static str, u64>;
