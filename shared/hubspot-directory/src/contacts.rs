//! Who a customer is in HubSpot: known, found, or made.

use std::collections::BTreeMap;
use std::time::Duration;

use bridge_domain::ids::{CompanyId, ContactId, SessionId};
use bridge_domain::opencx::events::Contact;
use bridge_domain::person_name;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{self as hubspot, Created, HubSpot};
use bridge_store::{ContactLink, Key};
use bridge_vendor_http::CallError;

pub use bridge_store::ContactLink as Customer;

/// How long one event at a time may look for a customer and make their contact: as long
/// as an invocation can.
pub const CONTACT_LEASE: Duration = Duration::from_mins(1);

/// Whom to look for.
#[derive(Clone, Copy, Debug)]
pub struct ContactQuery<'a> {
    /// The customer as OpenCX knows them.
    pub contact: &'a Contact,
    /// The session, which names whom nothing else does.
    pub session: &'a SessionId,
    /// Whom HubSpot's thread is with: `V-…`, "maybe not a contact"
    /// (docs/vendors/hubspot.md#actors).
    pub visitor: Option<&'a ContactId>,
}

/// The customer of a session that has no thread. See [`find_or_create_who`].
pub async fn find_or_create(
    context: &EventContext<'_>,
    contact: &Contact,
    session: &SessionId,
) -> Result<Customer, Failure> {
    find_or_create_contact(context, ContactQuery { contact, session, visitor: None }).await
}

/// The customer's HubSpot contact: known from the table, else found by email, else
/// by phone, else whom the thread is with, else made from what there is. An existing
/// contact is never changed.
pub async fn find_or_create_contact(
    context: &EventContext<'_>,
    who: ContactQuery<'_>,
) -> Result<Customer, Failure> {
    let names = who.names();
    if let Some(known) = known(context, &names).await? {
        return Ok(known);
    }
    // One event at a time: not every contact has something unique by which HubSpot
    // would refuse a second one.
    let surest = names.first().map_or(who.session.as_str(), String::as_str);
    let lock = context.lock(&format!("contact:{surest}"), CONTACT_LEASE).await?;
    let customer = match known(context, &names).await {
        Ok(None) => look_or_make(context, &who, &names).await,
        Ok(Some(known)) => Ok(known),
        Err(failure) => Err(failure),
    };
    context.table().unlock(&lock).await?;
    customer
}

/// Forgets who a customer is, since HubSpot does not know the contact any more.
pub async fn forget(context: &EventContext<'_>, who: ContactQuery<'_>) -> Result<(), Failure> {
    for name in who.names() {
        context.table().delete(&Key::contact(context.org(), &name)).await?;
    }
    Ok(())
}

async fn known(context: &EventContext<'_>, names: &[String]) -> Result<Option<Customer>, Failure> {
    for name in names {
        let key = Key::contact(context.org(), name);
        let known: Option<ContactLink> = context.table().get(&key).await?;
        if let Some(known) = known.filter(|link| link.contact.is_some()) {
            context.table().renew(&key, known.ttl).await?;
            return Ok(Some(known));
        }
    }
    Ok(None)
}

async fn look_or_make(
    context: &EventContext<'_>,
    who: &ContactQuery<'_>,
    names: &[String],
) -> Result<Customer, Failure> {
    let found = match find(&context.hubspot, who).await? {
        Some(found) => customer(found.id, found.company),
        None => create(context, who).await?,
    };
    for name in names {
        context.table().merge(&Key::contact(context.org(), name), &found).await?;
    }
    Ok(found)
}

impl ContactQuery<'_> {
    /// Under which names a customer is remembered, surest first.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        names.extend(self.contact.email.as_ref().map(|email| format!("email:{email}")));
        names.extend(self.contact.phone.as_ref().map(|phone| format!("phone:{}", digits(phone))));
        names.extend(self.contact.id.as_ref().map(|id| format!("id:{id}")));
        names.extend(self.visitor.map(|visitor| format!("visitor:{visitor}")));
        if names.is_empty() {
            names.push(format!("session:{}", self.session));
        }
        names
    }
}

/// Phone numbers are written in many ways; their digits are the same.
pub(crate) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

async fn find(
    hubspot: &HubSpot,
    who: &ContactQuery<'_>,
) -> Result<Option<hubspot::Contact>, CallError> {
    match (&who.contact.email, &who.contact.phone, who.visitor) {
        (Some(email), _, _) => hubspot.contact_by_email(email).await,
        (None, Some(phone), _) => hubspot.contact_by_phone(phone).await,
        (None, None, Some(visitor)) => hubspot.contact_by_id(visitor).await,
        (None, None, None) => Ok(None),
    }
}

/// Makes the contact. Whoever has its address already is the one: somebody was
/// quicker, or it is a second address of theirs, which the look by email misses.
async fn create(context: &EventContext<'_>, who: &ContactQuery<'_>) -> Result<Customer, Failure> {
    let properties = properties(who.contact, who.session);
    let look = |since| async move { look(&context.hubspot, who, since).await };
    let create = async {
        Ok(match context.hubspot.create_contact(&properties).await? {
            Created::New(id) => customer(id, None),
            Created::Existed(id) => {
                let company =
                    context.hubspot.contact_by_id(&id).await?.and_then(|found| found.company);
                customer(id, company)
            }
        })
    };
    context.step("contact", Recovery::look_up(look), create).await
}

fn customer(id: ContactId, company: Option<CompanyId>) -> Customer {
    ContactLink { contact: Some(id), company, ttl: None }
}

/// Finds the contact that an earlier try may have made: by email directly, else by
/// what else was written.
async fn look(
    hubspot: &HubSpot,
    who: &ContactQuery<'_>,
    since: u64,
) -> Result<Option<Customer>, CallError> {
    if let Some(found) = find(hubspot, who).await? {
        return Ok(Some(customer(found.id, found.company)));
    }
    if who.contact.is_anonymous() {
        let properties = properties(who.contact, who.session);
        let made = hubspot.contact_made_since(&properties, since).await?;
        return Ok(made.map(|id| customer(id, None)));
    }
    Ok(None)
}

fn properties(contact: &Contact, session: &SessionId) -> BTreeMap<&'static str, String> {
    let mut properties = BTreeMap::new();
    properties.extend(contact.email.as_ref().map(|email| ("email", email.to_string())));
    properties.extend(contact.phone.as_ref().map(|phone| ("phone", phone.clone())));
    let (first, last) = person_name::split(contact.name.as_deref().unwrap_or_default());
    properties.extend(first.map(|first| ("firstname", first)));
    properties.extend(last.map(|last| ("lastname", last)));
    // HubSpot wants an email or a name; whom reps see as "Visitor" has neither.
    if !["email", "firstname", "lastname"].iter().any(|name| properties.contains_key(name)) {
        let distinct = contact.phone.as_deref().unwrap_or(session.as_str());
        properties.insert("firstname", "Visitor".to_owned());
        properties.insert("lastname", distinct.chars().take(36).collect());
    }
    properties
}
