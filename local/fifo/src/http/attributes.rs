//! Message attributes as they travel in JSON.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::fault::{Fault, Kind};
use crate::message::{Attribute, AttributeValue};

/// `MessageAttributeValue`: exactly one of the values is there.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireAttribute {
    data_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    string_value: Option<String>,
    /// In Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
}

/// Reads the attributes of a message to send.
pub(super) fn read(
    wire: BTreeMap<String, WireAttribute>,
) -> Result<BTreeMap<String, Attribute>, Fault> {
    wire.into_iter()
        .map(|(name, attribute)| {
            let read = read_one(attribute).map_err(|reason| {
                let message = format!("The message attribute '{name}' {reason}.");
                Fault::new(Kind::InvalidParameterValue, message)
            })?;
            Ok((name, read))
        })
        .collect()
}

fn read_one(wire: WireAttribute) -> Result<Attribute, &'static str> {
    let data_type = wire.data_type.ok_or("must contain a message attribute type")?;
    let value = match (wire.string_value, wire.binary_value) {
        (Some(text), None) => AttributeValue::Text(text),
        (None, Some(encoded)) => {
            let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| "must be valid Base64")?;
            AttributeValue::Binary(bytes)
        }
        _ => return Err("must contain exactly one message attribute value"),
    };
    Ok(Attribute { data_type, value })
}

/// Writes the attributes of a received message.
pub(super) fn write(attributes: &BTreeMap<String, Attribute>) -> BTreeMap<&str, WireAttribute> {
    attributes.iter().map(|(name, attribute)| (name.as_str(), write_one(attribute))).collect()
}

fn write_one(attribute: &Attribute) -> WireAttribute {
    let (string_value, binary_value) = match &attribute.value {
        AttributeValue::Text(text) => (Some(text.clone()), None),
        AttributeValue::Binary(bytes) => (None, Some(BASE64_STANDARD.encode(bytes))),
    };
    WireAttribute { data_type: Some(attribute.data_type.clone()), string_value, binary_value }
}
