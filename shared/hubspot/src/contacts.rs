//! Contacts: found by email or phone, made when there is none.

use std::collections::BTreeMap;

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{CompanyId, ContactId};
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::json;

use crate::associations::is_primary;
use crate::client::{HubSpot, Identified, Results};
use crate::paths::{OBJECTS, below};
use crate::refusal::existing_id;

/// A contact, and the company it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Its primary company, else the first one.
    pub company: Option<CompanyId>,
}

/// What came of making a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New(ContactId),
    /// Somebody made it a moment ago.
    Existed(ContactId),
}

#[derive(Deserialize)]
struct Found {
    id: ContactId,
    #[serde(default)]
    associations: Associations,
}

#[derive(Default, Deserialize)]
struct Associations {
    companies: Option<Results<Company>>,
}

#[derive(Deserialize)]
struct Company {
    id: CompanyId,
    #[serde(default, rename = "type")]
    kind: String,
}

impl Found {
    fn into_contact(self) -> Contact {
        let companies = self.associations.companies.map(|list| list.results).unwrap_or_default();
        let primary = companies.iter().find(|company| is_primary(&company.kind));
        let company = primary.or(companies.first()).map(|company| company.id.clone());
        Contact { id: self.id, company }
    }
}

impl HubSpot {
    /// The contact with this email address, read directly: HubSpot's search lags.
    pub async fn contact_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<Contact>, CallError> {
        let path = below(&OBJECTS, &["contacts", email.as_str()]);
        let call = Call::get("read contact by email", &path)
            .query("idProperty", "email")
            .query("properties", "email")
            .query("associations", "companies");
        let found: Option<Found> = self.caller.find(call).await?;
        Ok(found.map(Found::into_contact))
    }

    /// The contact with this id; `None` if there is none, or it was deleted.
    pub async fn contact_by_id(&self, id: &ContactId) -> Result<Option<Contact>, CallError> {
        let call = Call::get("read contact", &below(&OBJECTS, &["contacts", id.as_str()]))
            .query("properties", "email")
            .query("associations", "companies");
        let found: Option<Found> = self.caller.find(call).await?;
        Ok(found.map(Found::into_contact))
    }

    /// The contact with this phone number. Only search can tell, and it lags a few
    /// moments behind (docs/vendors/hubspot.md#search); of several the oldest.
    pub async fn contact_by_phone(&self, phone: &str) -> Result<Option<Contact>, CallError> {
        let with = |property: &str| json!({ "filters": [{ "propertyName": property, "operator": "EQ", "value": phone }] });
        let body = json!({
            "filterGroups": [with("phone"), with("mobilephone")],
            "properties": ["phone"],
            "sorts": ["createdate"],
            "limit": 1,
            "after": "0",
        });
        let path = below(&OBJECTS, &["contacts", "search"]);
        let call = Call::search("search contact by phone", &path).json(body);
        let found: Results<Found> = self.caller.send(call).await?;
        Ok(found.results.into_iter().next().map(Found::into_contact))
    }

    /// Makes a contact.
    pub async fn create_contact(
        &self,
        properties: &BTreeMap<&str, String>,
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
}

impl HubSpot {
    /// The contact with these property values that was made since a moment (epoch
    /// milliseconds, a minute allowed for clocks that differ): how to know whether
    /// a creation that got no answer took effect, when there is no unique property
    /// to ask by. Search lags a few moments.
    pub async fn contact_made_since(
        &self,
        properties: &BTreeMap<&str, String>,
        since: u64,
    ) -> Result<Option<ContactId>, CallError> {
        let since = since.saturating_sub(60_000).to_string();
        let equal = properties
            .iter()
            .map(|(name, value)| json!({ "propertyName": name, "operator": "EQ", "value": value }));
        let made = json!({ "propertyName": "createdate", "operator": "GTE", "value": since });
        let filters: Vec<_> = equal.chain([made]).collect();
        let body = json!({
            "filterGroups": [{ "filters": filters }], "properties": ["email"],
            "sorts": ["createdate"], "limit": 1, "after": "0",
        });
        let path = below(&OBJECTS, &["contacts", "search"]);
        let call = Call::search("search new contact", &path).json(body);
        let found: Results<Identified<ContactId>> = self.caller.send(call).await?;
        Ok(found.results.into_iter().next().map(|contact| contact.id))
    }
}
