//! Definitions of properties, and the property groups and rules of one kind of object
//! (docs/vendors/hubspot.md#properties).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ObjectKind;

/// The type of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PropertyType {
    /// Text up to 65,536 characters.
    String,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    Datetime,
    /// One of the options; several, separated by `;`, when the field is `checkbox`.
    Enumeration,
    /// `true` or `false`.
    Bool,
}

/// An option of an enumeration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Text that people see.
    pub label: String,
    /// Text that is stored.
    pub value: String,
    /// Not offered to people. HubSpot requires the key.
    pub hidden: bool,
    /// Place among the options.
    #[serde(default = "last")]
    pub display_order: i32,
}

/// The definition of a property.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// Internal name.
    pub name: String,
    /// Text that people see.
    pub label: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub value_type: PropertyType,
    /// Control with which people edit it: `text`, `textarea`, `select`, `checkbox`, …
    pub field_type: String,
    /// The group that it is listed in.
    pub group_name: String,
    /// Options of an enumeration.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// No two objects may have the same value, and it serves as `idProperty`.
    #[serde(default)]
    pub has_unique_value: bool,
    /// Owner of the definition.
    #[serde(skip)]
    pub defined_by: DefinedBy,
}

/// The owner of a property's definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefinedBy {
    /// The portal itself.
    #[default]
    Portal,
    /// HubSpot.
    Hubspot,
    /// HubSpot, which alone sets its values.
    HubspotReadOnly,
}

fn last() -> i32 {
    -1
}

impl Property {
    /// Makes a text property of the portal itself, in the group that its kind has from the start.
    pub fn text(kind: ObjectKind, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            value_type: PropertyType::String,
            field_type: "text".to_owned(),
            group_name: kind.default_group(),
            options: Vec::new(),
            has_unique_value: false,
            defined_by: DefinedBy::Portal,
        }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.defined_by == DefinedBy::HubspotReadOnly
    }

    /// Returns whether several options may be set at once.
    pub(crate) fn takes_several(&self) -> bool {
        self.field_type == "checkbox"
    }

    /// Returns the definition as the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = json!(self);
        shown["hubspotDefined"] = json!(self.defined_by != DefinedBy::Portal);
        shown["archived"] = json!(false);
        shown["calculated"] = json!(false);
        shown["modificationMetadata"] = json!({"readOnlyValue": self.is_read_only()});
        shown
    }
}
