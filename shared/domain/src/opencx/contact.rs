//! The customer, in the spellings of OpenCX's versions.

use serde::Deserialize;

use crate::email::EmailAddress;

/// The customer as OpenCX knows them; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "RawContact")]
pub struct Contact {
    /// OpenCX's id.
    pub id: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// Email address, if it is one.
    pub email: Option<EmailAddress>,
    /// Telephone number, as it came.
    pub phone: Option<String>,
}

impl Contact {
    /// Whether there is anything by which to recognise them.
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
        }
    }
}

/// One field per spelling: serde's aliases would refuse an event that has two.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RawContact {
    id: Option<String>,
    contact_id: Option<String>,
    customer_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    phone: Option<String>,
    enriched_data: Option<Enriched>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Enriched {
    name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    phone: Option<String>,
}

impl From<RawContact> for Contact {
    fn from(raw: RawContact) -> Self {
        let enriched = raw.enriched_data.unwrap_or_default();
        let filled = |text: &String| !text.trim().is_empty();
        let first = |spellings: [Option<String>; 4]| spellings.into_iter().flatten().find(filled);
        let email = |text: Option<String>| EmailAddress::parse(&text?);
        Self {
            id: first([raw.id, raw.contact_id, raw.customer_id, None]),
            name: first([raw.name, enriched.name, None, None]),
            email: email(raw.email).or_else(|| email(enriched.email)),
            phone: first([raw.phone_number, raw.phone, enriched.phone_number, enriched.phone]),
        }
    }
}
