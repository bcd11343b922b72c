//! A sender or recipient of a message, and the identifiers by which people are compared.

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::ids::ContactId;
use crate::json::lenient;
use crate::phone::digits;

/// HubSpot's type of an email address.
pub const EMAIL_ADDRESS: &str = "HS_EMAIL_ADDRESS";

/// HubSpot's type of a phone number.
pub const PHONE_NUMBER: &str = "HS_PHONE_NUMBER";

/// A sender or recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Missing for some people who are known by email only.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// Name as shown.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Singular in answers; requests have a list of them.
    #[serde(
        default,
        deserialize_with = "lenient::or_default",
        skip_serializing_if = "Option::is_none"
    )]
    pub delivery_identifier: Option<DeliveryIdentifier>,
    /// FROM, `ORIGINAL_FROM`, …
    #[serde(default, deserialize_with = "lenient::word", skip_serializing_if = "Option::is_none")]
    pub sender_field: Option<String>,
    /// TO, CC or BCC.
    #[serde(default, deserialize_with = "lenient::word", skip_serializing_if = "Option::is_none")]
    pub recipient_field: Option<String>,
}

/// An address on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryIdentifier {
    /// `HS_EMAIL_ADDRESS`, `HS_PHONE_NUMBER`, `CHANNEL_SPECIFIC_OPAQUE_ID`, …
    #[serde(rename = "type", deserialize_with = "crate::ids::text_or_number")]
    pub kind: String,
    /// The address; a phone number may come as a number.
    #[serde(deserialize_with = "crate::ids::text_or_number")]
    pub value: String,
}

/// An identifier in the form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// An email address.
    Email(EmailAddress),
    /// The digits of a phone number, without the zeros of an international prefix.
    Phone(String),
    /// An actor id, such as `V-52`.
    Actor(String),
    /// An address of another kind: its type and value.
    Other(String, String),
}

impl DeliveryIdentifier {
    /// An email address.
    pub fn email(address: &EmailAddress) -> Self {
        Self { kind: EMAIL_ADDRESS.to_owned(), value: address.to_string() }
    }

    /// A phone number.
    pub fn phone(number: impl Into<String>) -> Self {
        Self { kind: PHONE_NUMBER.to_owned(), value: number.into() }
    }

    /// Returns whether it is an email address.
    pub fn is_email(&self) -> bool {
        self.kind == EMAIL_ADDRESS
    }

    /// The form in which it is compared.
    pub fn identifier(&self) -> Identifier {
        match self.kind.as_str() {
            EMAIL_ADDRESS if let Some(email) = EmailAddress::parse(&self.value) => {
                Identifier::Email(email)
            }
            PHONE_NUMBER => Identifier::Phone(digits(&self.value)),
            _ => Identifier::Other(self.kind.clone(), self.value.clone()),
        }
    }
}

impl Identifier {
    /// Reads an actor id; `E-ann@x.org` is an email address.
    pub fn of_actor(id: &str) -> Self {
        let email = id.strip_prefix("E-").and_then(EmailAddress::parse);
        email.map_or_else(|| Self::Actor(id.to_owned()), Self::Email)
    }
}

impl Party {
    /// Somebody known by their HubSpot contact only.
    pub fn of_contact(contact: &ContactId) -> Self {
        Self { actor_id: Some(format!("V-{contact}")), ..Self::default() }
    }

    /// Everything by which this party is known.
    pub fn identifiers(&self) -> impl Iterator<Item = Identifier> {
        let actor = self.actor_id.as_deref().map(Identifier::of_actor);
        let address = self.delivery_identifier.as_ref().map(DeliveryIdentifier::identifier);
        actor.into_iter().chain(address)
    }

    /// The address at which this party is reached, which for some stands in the actor id.
    pub fn address(&self) -> Option<DeliveryIdentifier> {
        if let Some(address) = &self.delivery_identifier {
            return Some(address.clone());
        }
        match Identifier::of_actor(self.actor_id.as_deref()?) {
            Identifier::Email(email) => Some(DeliveryIdentifier::email(&email)),
            _ => None,
        }
    }

    /// The email address: how this party is reached, or what HubSpot knows them by
    /// (`E-ann@x.org`).
    pub fn email(&self) -> Option<EmailAddress> {
        self.identifiers().find_map(|identifier| match identifier {
            Identifier::Email(email) => Some(email),
            _ => None,
        })
    }

    /// The telephone number, where that is how this party is reached.
    pub fn phone(&self) -> Option<&str> {
        let address = self.delivery_identifier.as_ref()?;
        (address.kind == PHONE_NUMBER).then_some(address.value.as_str())
    }

    /// A person's words for them: the name, the address, or both.
    pub fn title(&self) -> String {
        let name = self.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let address = self.email().map(|email| email.to_string());
        let address = address.or_else(|| self.phone().map(str::to_owned));
        match (name, address) {
            (Some(name), Some(address)) => format!("{name} ({address})"),
            (Some(name), None) => name.to_owned(),
            (None, Some(address)) => address,
            (None, None) => "Somebody".to_owned(),
        }
    }

    /// Returns whether its sender field or recipient field is this one.
    pub fn is_field(&self, field: &str) -> bool {
        let own = self.sender_field.as_deref().or(self.recipient_field.as_deref());
        own.is_some_and(|own| own.eq_ignore_ascii_case(field))
    }
}
