//! Contacts: found by email or phone, made when there is none.

use std::collections::BTreeMap;

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{CompanyId, ContactId, TicketId};
use bridge_domain::phone;
use bridge_vendor_http::{Call, CallError};
use serde_json::{Value, json};

use crate::client::{HubSpot, Identified, Results};
use crate::objects::{Object, newest_first};
use crate::paths::{OBJECTS, below};
use crate::property::{CREATED, EMAIL, PHONES, SEARCHABLE_PHONES};
use crate::refusal::existing_id;

/// Digits at the end of a number by which it is searched: in the form that HubSpot keeps
/// for searching, and as people typed it, where a blank may stand before them.
const SEARCHED_DIGITS: usize = 7;
const TYPED_DIGITS: usize = 4;
const FEWEST_TYPED_DIGITS: usize = 2;

/// Most contacts that a search lists.
const LARGEST_SEARCH: usize = 200;

/// A contact, and what it is associated with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id; that of the survivor if it was merged.
    pub id: ContactId,
    /// Its primary company, else the first one.
    pub company: Option<CompanyId>,
    /// Its tickets, the newest first.
    pub tickets: Vec<TicketId>,
}

impl From<Object> for Contact {
    fn from(object: Object) -> Self {
        let mut tickets = object.related("tickets").all;
        tickets.sort_by_cached_key(|id| newest_first(id));
        Self {
            company: object.related("companies").main().map(CompanyId::new),
            id: ContactId::new(object.id),
            tickets: tickets.into_iter().map(TicketId::new).collect(),
        }
    }
}

/// The result of making a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New(ContactId),
    /// Somebody has its address already, and HubSpot says who.
    Existed(ContactId),
}

impl HubSpot {
    /// Reads the contact with this email address directly: HubSpot's search lags.
    pub async fn contact_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Contact>, CallError> {
        let path = below(&OBJECTS, &["contacts", email.as_str()]);
        let call = Call::get("read contact by email", &path).query("idProperty", EMAIL);
        self.contact(call).await
    }

    /// Reads the contact with this id; `None` if there is none, or it was deleted.
    pub async fn contact_by_id(&self, id: &ContactId) -> Result<Option<Contact>, CallError> {
        let call = Call::get("read contact", &below(&OBJECTS, &["contacts", id.as_str()]));
        self.contact(call).await
    }

    async fn contact(&self, call: Call) -> Result<Option<Contact>, CallError> {
        let call = call.query("properties", EMAIL).query("associations", "companies,tickets");
        Ok(self.caller.find::<Object>(call).await?.map(Contact::from))
    }

    /// Finds the contact with this phone number, however it is written, in any of the
    /// properties that hold one; of several the oldest. Only search can tell, and it lags
    /// a few moments behind. A portal that lacks one of the properties is asked again.
    pub async fn contact_by_phone(&self, number: &str) -> Result<Option<ContactId>, CallError> {
        let digits = phone::digits(number);
        let typed = PHONES.map(|property| (property, ends_with(&digits, TYPED_DIGITS)));
        let kept =
            SEARCHABLE_PHONES.map(|property| (property, ends_with(&digits, SEARCHED_DIGITS)));
        let all: Vec<_> = typed.into_iter().chain(kept).collect();
        let plain = PHONES.map(|property| (property, ends_with(&digits, FEWEST_TYPED_DIGITS)));
        for searched in [&all[..], &plain, &plain[..2]] {
            match self.contacts_with(searched).await {
                Ok(contacts) => return Ok(same_number(&contacts, number)),
                Err(error) if error.is_invalid() && searched.len() > 2 => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn contacts_with(&self, ends: &[(&str, String)]) -> Result<Vec<Object>, CallError> {
        let group =
            |(property, end): &(&str, String)| filters(&[(property, "CONTAINS_TOKEN", end)]);
        let groups: Vec<Value> = ends.iter().map(group).collect();
        self.search_contacts("search contact by phone", &groups, LARGEST_SEARCH).await
    }

    async fn search_contacts(
        &self,
        name: &'static str,
        groups: &[Value],
        limit: usize,
    ) -> Result<Vec<Object>, CallError> {
        let body = json!({
            "filterGroups": groups, "properties": PHONES,
            "sorts": [CREATED], "limit": limit, "after": "0",
        });
        let call = Call::search(name, &below(&OBJECTS, &["contacts", "search"])).json(body);
        self.caller.send::<Results<Object>>(call).await.map(|found| found.results)
    }

    /// Makes a contact.
    pub async fn create_contact(
        &self,
        properties: &BTreeMap<String, String>,
    ) -> Result<Created, CallError> {
        let body = json!({ "properties": properties, "associations": [] });
        let call = Call::post("create contact", &below(&OBJECTS, &["contacts"])).json(body);
        match self.caller.send::<Identified<ContactId>>(call).await {
            Ok(made) => Ok(Created::New(made.id)),
            Err(error) => match existing_id(&error) {
                Some(id) => Ok(Created::Existed(ContactId::new(id))),
                None => Err(error),
            },
        }
    }

    /// Finds the contact with these property values that was made since a moment (epoch
    /// milliseconds, a minute allowed for clocks that differ). It tells whether a creation
    /// that got no answer took effect, when there is no unique property to ask by.
    pub async fn contact_made_since(
        &self,
        properties: &BTreeMap<String, String>,
        since: u64,
    ) -> Result<Option<ContactId>, CallError> {
        let since = since.saturating_sub(60_000).to_string();
        let mut wanted: Vec<_> =
            properties.iter().map(|(name, value)| (name.as_str(), "EQ", value.as_str())).collect();
        wanted.push((CREATED, "GTE", &since));
        let found = self.search_contacts("search new contact", &[filters(&wanted)], 1).await?;
        Ok(found.into_iter().next().map(|contact| ContactId::new(contact.id)))
    }
}

/// The search's pattern for a number that ends with its last digits.
fn ends_with(digits: &str, count: usize) -> String {
    format!("*{}", &digits[digits.len().saturating_sub(count)..])
}

fn filters(tests: &[(&str, &str, &str)]) -> Value {
    let mut filters = Vec::new();
    for (property, operator, value) in tests {
        filters.push(json!({ "propertyName": property, "operator": operator, "value": value }));
    }
    json!({ "filters": filters })
}

/// The first contact with this very number, else the only one that may have it.
fn same_number(contacts: &[Object], number: &str) -> Option<ContactId> {
    let exact = contacts.iter().find(|one| phones(one).any(|held| phone::is_same(held, number)));
    let mut likely =
        contacts.iter().filter(|one| phones(one).any(|held| phone::may_be_same(held, number)));
    let found = match (exact, likely.next(), likely.next()) {
        (Some(exact), ..) => exact,
        (None, Some(only), None) => only,
        _ => return None,
    };
    Some(ContactId::new(found.id.clone()))
}

fn phones(contact: &Object) -> impl Iterator<Item = &str> {
    PHONES.iter().filter_map(|name| contact.property(name))
}
