//! The customer, in the spellings of OpenCX's versions.

use serde_json::Value;

use crate::email::EmailAddress;
use crate::json::{Fields, Notes, deserialize_leniently, value};

/// The customer as OpenCX knows them; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    /// OpenCX's id.
    pub id: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// Email address, if it is one.
    pub email: Option<EmailAddress>,
    /// Telephone number, as it came.
    pub phone: Option<String>,
    /// True if OpenCX vouches for the address; `None` if it does not say.
    pub verified: Option<bool>,
}

deserialize_leniently!(Contact);

impl Contact {
    /// Reads a contact in any spelling.
    pub fn read(path: &str, contact: &Value, notes: &Notes) -> Self {
        let own = Fields::of(path, contact, notes);
        let enriched_path = own.path_of("enriched_data");
        let enriched = contact.get("enriched_data").unwrap_or(&Value::Null);
        let enriched = Fields::of(&enriched_path, enriched, notes);
        let phone = ["phone_number", "phone"];
        Self {
            id: own.id(&["id", "contact_id", "customer_id"]),
            name: own.text(&["name"]).or_else(|| enriched.text(&["name"])),
            email: email(&own).or_else(|| email(&enriched)),
            phone: own.text(&phone).or_else(|| enriched.text(&phone)),
            verified: own.flag(&["verified"]),
        }
    }

    /// Returns whether there is nothing by which to recognise them.
    pub fn is_anonymous(&self) -> bool {
        self.email.is_none() && self.phone.is_none()
    }

    /// This contact, its gaps filled from another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            id: self.id.or(other.id),
            name: self.name.or(other.name),
            email: self.email.or(other.email),
            phone: self.phone.or(other.phone),
            verified: self.verified.or(other.verified),
        }
    }
}

fn email(fields: &Fields<'_>) -> Option<EmailAddress> {
    fields
        .read(&["email"], "not an email address", |found| EmailAddress::parse(&value::text(found)?))
}
