//! Who a customer is in HubSpot: known, found, or made.

use std::collections::BTreeMap;

use bridge_domain::ids::{ContactId, SessionId};
use bridge_domain::name;
use bridge_domain::opencx_event::Contact;
use bridge_http::CallError;
use bridge_hubspot::{self as hubspot, Created, HubSpot};
use bridge_runtime::{Failure, Work};
use bridge_store::{ContactLink, Key};

pub use bridge_store::ContactLink as Customer;

/// The customer's HubSpot contact: known from the table, else found by email, else
/// by phone, else made from what there is. An existing contact is never changed.
pub async fn find_or_create(
    work: &Work<'_>,
    contact: &Contact,
    session: &SessionId,
) -> Result<Customer, Failure> {
    let names = names(contact, session);
    for name in &names {
        let known: Option<ContactLink> = work.table().get(&Key::contact(work.org(), name)).await?;
        if let Some(known) = known.filter(|link| link.contact.is_some()) {
            return Ok(known);
        }
    }
    let found = match find(&work.hubspot, contact).await? {
        Some(found) => ContactLink { contact: Some(found.id), company: found.company },
        None => ContactLink { contact: Some(create(work, contact, session).await?), company: None },
    };
    for name in &names {
        work.table().merge(&Key::contact(work.org(), name), &found).await?;
    }
    Ok(found)
}

/// Under which names a customer is remembered, surest first.
fn names(contact: &Contact, session: &SessionId) -> Vec<String> {
    let mut names = Vec::new();
    names.extend(contact.email.as_ref().map(|email| format!("email:{email}")));
    names.extend(contact.phone.as_ref().map(|phone| format!("phone:{}", digits(phone))));
    names.extend(contact.id.as_ref().map(|id| format!("id:{id}")));
    if names.is_empty() {
        names.push(format!("session:{session}"));
    }
    names
}

/// Phone numbers are written in many ways; their digits are the same.
fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

async fn find(hubspot: &HubSpot, contact: &Contact) -> Result<Option<hubspot::Contact>, CallError> {
    match (&contact.email, &contact.phone) {
        (Some(email), _) => hubspot.contact_by_email(email).await,
        (None, Some(phone)) => hubspot.contact_by_phone(phone).await,
        (None, None) => Ok(None),
    }
}

async fn create(
    work: &Work<'_>,
    contact: &Contact,
    session: &SessionId,
) -> Result<ContactId, Failure> {
    let properties = properties(contact, session);
    let look = |since| async move { look(&work.hubspot, contact, session, since).await };
    let create = async {
        Ok(match work.hubspot.create_contact(&properties).await? {
            Created::New(id) | Created::Existed(id) => id,
        })
    };
    work.sure("contact", look, create).await
}

/// Finds the contact that an earlier try may have made: by email directly, else by
/// what else was written.
async fn look(
    hubspot: &HubSpot,
    contact: &Contact,
    session: &SessionId,
    since: u64,
) -> Result<Option<ContactId>, CallError> {
    if let Some(found) = find(hubspot, contact).await? {
        return Ok(Some(found.id));
    }
    if contact.is_anonymous() {
        return hubspot.contact_made_since(&properties(contact, session), since).await;
    }
    Ok(None)
}

fn properties(contact: &Contact, session: &SessionId) -> BTreeMap<&'static str, String> {
    let mut properties = BTreeMap::new();
    properties.extend(contact.email.as_ref().map(|email| ("email", email.to_string())));
    properties.extend(contact.phone.as_ref().map(|phone| ("phone", phone.clone())));
    let (first, last) = name::split(contact.name.as_deref().unwrap_or_default());
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
