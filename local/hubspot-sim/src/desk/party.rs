//! Who wrote an entry of a thread, with which program, and to whom.

use serde::Serialize;

/// What kind of program wrote an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientType {
    /// HubSpot's own pages and channels.
    Hubspot,
    /// HubSpot by itself.
    System,
    /// An app, through the API.
    Integration,
}

/// The program that wrote an entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Its kind.
    pub client_type: ClientType,
    /// The app, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// Where somebody is reached on a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveryIdentifier {
    /// `HS_EMAIL_ADDRESS`, `CHANNEL_SPECIFIC_OPAQUE_ID`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The address.
    pub value: String,
}

/// A sender or a recipient.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Who it is, by HubSpot's prefixes: `A-` user, `V-` visitor, `I-` app, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `FROM` of a sender on email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_field: Option<String>,
    /// `TO`, `CC` or `BCC` of a recipient on email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_field: Option<String>,
    /// Address on the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_identifier: Option<DeliveryIdentifier>,
}

/// How far a message got.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageStatus {
    /// `SENT`, `RECEIVED`, `FAILED` or `READ`.
    pub status_type: String,
}
