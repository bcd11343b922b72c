//! The HubSpot contact of a customer, found in HubSpot.

use bridge_domain::ids::{CompanyId, ContactId, SessionId, TicketId};
use bridge_domain::opencx::events::Contact;
pub use bridge_domain::ticket::identity::FoundBy;
use bridge_domain::time::Timestamp;
use bridge_engine::EventContext;
use bridge_hubspot as hubspot;
use bridge_store::Name;
use bridge_vendor_http::CallError;

/// The customer to look for.
#[derive(Clone, Copy, Debug)]
pub struct ContactQuery<'a> {
    /// The customer as OpenCX knows them.
    pub contact: &'a Contact,
    /// The session, which names a customer without any other name.
    pub session: &'a SessionId,
    /// The contact that HubSpot's thread is with, which "may be a visitor, not a contact".
    pub visitor: Option<&'a ContactId>,
    /// True if the phone number counts more than the email address: the channel proves it.
    pub phone_first: bool,
}

/// A customer's HubSpot contact.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Its id.
    pub contact: ContactId,
    /// Its primary company.
    pub company: Option<CompanyId>,
    /// The name under which it was known or found.
    pub found_by: FoundBy,
    /// Its tickets, the newest first; `None` if HubSpot was not asked.
    pub tickets: Option<Vec<TicketId>>,
    pub(crate) read_at: Option<Timestamp>,
}

impl ContactQuery<'_> {
    /// The names under which a customer is remembered, surest first.
    pub(crate) fn names(&self) -> Vec<(FoundBy, Name<'_>)> {
        let email = self.contact.email.as_ref().map(|email| (FoundBy::Email, Name::Email(email)));
        let phone = self.contact.phone.as_ref().map(|phone| (FoundBy::Phone, Name::Phone(phone)));
        let mut names = [email, phone];
        if self.phone_first {
            names.reverse();
        }
        let id = self.contact.id.as_ref().map(|id| (FoundBy::Other, Name::OpenCx(id)));
        let visitor = self.visitor.map(|visitor| (FoundBy::Other, Name::Visitor(visitor)));
        let mut names: Vec<_> = names.into_iter().chain([id, visitor]).flatten().collect();
        if names.is_empty() {
            names.push((FoundBy::Other, Name::Session(self.session)));
        }
        names
    }

    pub(crate) fn surest(&self) -> FoundBy {
        self.names().first().map_or(FoundBy::Other, |(found_by, _)| *found_by)
    }
}

impl Customer {
    /// Search tells no associations: who needs them reads the contact.
    fn searched(contact: ContactId) -> Self {
        Self { contact, company: None, found_by: FoundBy::Phone, tickets: None, read_at: None }
    }

    pub(crate) fn read(contact: hubspot::Contact, found_by: FoundBy) -> Self {
        let hubspot::Contact { id: contact, company, tickets } = contact;
        let read_at = Some(Timestamp::now());
        Self { contact, company, found_by, tickets: Some(tickets), read_at }
    }
}

/// Finds the contact by email and phone; one who gave neither, by the thread.
pub(crate) async fn find(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
) -> Result<Option<Customer>, CallError> {
    let hubspot = &context.hubspot;
    for (found_by, _) in query.names() {
        let found = match (found_by, &query.contact.email, &query.contact.phone, query.visitor) {
            (FoundBy::Email, Some(email), ..) => hubspot.contact_by_email(email).await?,
            (FoundBy::Phone, _, Some(number), _) => {
                if let Some(id) = hubspot.contact_by_phone(number).await? {
                    return Ok(Some(Customer::searched(id)));
                }
                None
            }
            (FoundBy::Other, None, None, Some(visitor)) => hubspot.contact_by_id(visitor).await?,
            _ => None,
        };
        if let Some(contact) = found {
            return Ok(Some(Customer::read(contact, found_by)));
        }
    }
    Ok(None)
}
