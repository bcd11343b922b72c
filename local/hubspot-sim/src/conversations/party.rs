//! Authors, senders and recipients of the entries of a thread (docs/vendors/hubspot.md#actors).

use serde::{Deserialize, Serialize};

/// The kind of program that wrote an entry.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientType {
    #[default]
    Hubspot,
    System,
    Integration,
}

/// The program that wrote an entry.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    pub client_type: ClientType,
    pub integration_app_id: Option<u64>,
}

impl Client {
    pub(crate) fn of(client_type: ClientType) -> Self {
        Self { client_type, integration_app_id: None }
    }

    pub(crate) fn app(app_id: u64) -> Self {
        Self { client_type: ClientType::Integration, integration_app_id: Some(app_id) }
    }
}

/// An address on a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryIdentifier {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

impl DeliveryIdentifier {
    /// Makes an id of the channel's own.
    pub(crate) fn opaque(value: String) -> Self {
        Self { kind: "CHANNEL_SPECIFIC_OPAQUE_ID".to_owned(), value }
    }
}

/// A sender or a recipient.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Party {
    /// Actor, by HubSpot's prefixes: `A-` user, `V-` visitor, `E-` address, `I-` app, …
    pub actor_id: Option<String>,
    pub name: Option<String>,
    /// `FROM`, `ORIGINAL_FROM` … of a sender on email.
    pub sender_field: Option<String>,
    /// `TO`, `CC` or `BCC` of a recipient on email.
    pub recipient_field: Option<String>,
    pub delivery_identifier: Option<DeliveryIdentifier>,
}

impl Party {
    /// Makes a party with an email address.
    pub fn email(address: &str) -> Self {
        let identifier =
            DeliveryIdentifier { kind: "HS_EMAIL_ADDRESS".to_owned(), value: address.to_owned() };
        Self { delivery_identifier: Some(identifier), ..Self::default() }
    }

    /// Makes a party with an actor id alone.
    pub fn actor(id: &str) -> Self {
        Self { actor_id: Some(id.to_owned()), ..Self::default() }
    }

    /// Sets the field of a sender: `FROM`, `ORIGINAL_FROM`.
    #[must_use]
    pub fn sender(self, field: &str) -> Self {
        Self { sender_field: Some(field.to_owned()), ..self }
    }

    /// Sets the field of a recipient: `TO`, `CC`, `BCC`.
    #[must_use]
    pub fn recipient(self, field: &str) -> Self {
        Self { recipient_field: Some(field.to_owned()), ..self }
    }

    pub(crate) fn address(&self) -> Option<&str> {
        Some(self.delivery_identifier.as_ref()?.value.as_str())
    }
}
