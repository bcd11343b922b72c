//! The customer of a session, asked for where a message does not tell.

use bridge_domain::hubspot::party::Identifier;
use bridge_domain::ids::ContactId;
use bridge_domain::rules::participants::Customer;
use bridge_engine::Failure;
use bridge_hubspot_directory::unless_refused;
use bridge_store::{ContactLink, Key, Name, SessionLink};

use super::MessageLookup;

impl MessageLookup<'_> {
    /// Asks OpenCX for the session's contact, and remembers it. A session that OpenCX does not
    /// have any more has none.
    pub(super) async fn ask_customer(&mut self) -> Result<(), Failure> {
        let mut customer = Customer::default();
        if let Some(session) = &self.link.session {
            let found = self.context.opencx.session(session).await;
            let found = unless_refused(self.context, "the session", found)?.flatten();
            let contact = found.and_then(|session| session.contact).unwrap_or_default();
            customer = Customer::of_contact(&contact);
        }
        self.keep_customer(customer).await
    }

    /// Asks HubSpot for all addresses of the customer's contact, and remembers them.
    pub(crate) async fn complete_customer(&mut self) -> Result<(), Failure> {
        let known = self.customer.clone().unwrap_or_default();
        let mut customer = Customer { complete: true, ..known };
        if let Some(contact) = self.contact_of(&customer).await? {
            for address in self.context.hubspot.contact_addresses(&contact).await? {
                customer.add_address(address);
            }
            customer.add_actor(format!("V-{contact}"));
        }
        self.keep_customer(customer).await
    }

    /// The customer's HubSpot contact: as the thread names it, else as it is remembered.
    async fn contact_of(&self, customer: &Customer) -> Result<Option<ContactId>, Failure> {
        if let Some(contact) = customer.contact() {
            return Ok(Some(contact));
        }
        let (table, org) = (self.context.table(), self.context.org());
        for address in &customer.addresses {
            let Identifier::Email(email) = address.identifier() else { continue };
            let name = table.person_name(org, Name::Email(&email)).await?;
            let link: Option<ContactLink> = table.get(&Key::contact(org, &name)).await?;
            if let Some(contact) = link.and_then(|link| link.contact) {
                return Ok(Some(contact));
            }
        }
        Ok(None)
    }

    async fn keep_customer(&mut self, customer: Customer) -> Result<(), Failure> {
        if let Some(session) = &self.link.session {
            let (table, org) = (self.context.table(), self.context.org());
            let listed = self.session.listed.as_deref();
            let listed = table.list_session(org, session, &customer, listed).await?;
            let customer = Some(customer.clone());
            let learned = SessionLink { customer, listed, ..SessionLink::default() };
            table.merge(&Key::session(org, session), &learned).await?;
        }
        self.customer = Some(customer);
        Ok(())
    }
}
