//! The recipients of a message that an app posts.

use serde::Deserialize;

use crate::desk::{Channel, DeliveryIdentifier, Party};
use crate::error::ApiError;

/// A recipient of a request: identifiers in the plural, unlike in answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecipientInput {
    actor_id: Option<String>,
    name: Option<String>,
    recipient_field: Option<String>,
    delivery_identifiers: Vec<IdentifierInput>,
}

#[derive(Debug, Deserialize)]
struct IdentifierInput {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// On email somebody must be written to, at an address.
pub(super) fn recipients(
    channel: Channel,
    inputs: Vec<RecipientInput>,
) -> Result<Vec<Party>, ApiError> {
    if channel == Channel::Email && inputs.is_empty() {
        return Err(ApiError::invalid("A message on this channel needs at least one recipient"));
    }
    inputs.into_iter().map(|input| recipient(channel, input)).collect()
}

fn recipient(channel: Channel, input: RecipientInput) -> Result<Party, ApiError> {
    let wanted = channel.identifier_type();
    let fits = |one: &IdentifierInput| one.kind == wanted && !one.value.is_empty();
    let found = input.delivery_identifiers.into_iter().find(fits);
    let identifier = found.ok_or_else(|| {
        ApiError::invalid(format!("A recipient needs a delivery identifier of type {wanted}"))
    })?;
    if input.recipient_field.as_deref().is_some_and(|field| !["TO", "CC", "BCC"].contains(&field)) {
        return Err(ApiError::invalid("recipientField must be TO, CC or BCC"));
    }
    Ok(Party {
        actor_id: input.actor_id,
        name: input.name,
        sender_field: None,
        recipient_field: input.recipient_field,
        delivery_identifier: Some(DeliveryIdentifier {
            kind: identifier.kind,
            value: identifier.value,
        }),
    })
}
