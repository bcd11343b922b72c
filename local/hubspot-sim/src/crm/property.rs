//! Definitions of properties, as the properties API takes and shows them.

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
    /// What people see.
    pub label: String,
    /// What is stored.
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
    /// What people see.
    pub label: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub value_type: PropertyType,
    /// How people edit it: `text`, `textarea`, `select`, `checkbox`, …
    pub field_type: String,
    /// The group that it is listed in.
    pub group_name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Options of an enumeration.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// No two objects may have the same value, and it serves as `idProperty`.
    #[serde(default)]
    pub has_unique_value: bool,
    /// Not shown to people.
    #[serde(default)]
    pub hidden: bool,
    /// Place in its group.
    #[serde(default = "last")]
    pub display_order: i32,
    /// Whose it is.
    #[serde(skip)]
    pub defined_by: DefinedBy,
}

/// Whose a property is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefinedBy {
    /// The portal's own.
    #[default]
    Portal,
    /// Comes with HubSpot.
    Hubspot,
    /// Comes with HubSpot, and HubSpot alone sets its values.
    HubspotReadOnly,
}

fn last() -> i32 {
    -1
}

/// What `PATCH /crm/v3/properties/{type}/{name}` may change; options replace the whole list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PropertyPatch {
    label: Option<String>,
    group_name: Option<String>,
    description: Option<String>,
    field_type: Option<String>,
    options: Option<Vec<Choice>>,
    hidden: Option<bool>,
}

impl Property {
    /// A text property of the portal's own, in the group that its kind has from the start.
    pub fn text(kind: ObjectKind, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            value_type: PropertyType::String,
            field_type: "text".to_owned(),
            group_name: kind.default_group(),
            description: String::new(),
            options: Vec::new(),
            has_unique_value: false,
            hidden: false,
            display_order: last(),
            defined_by: DefinedBy::Portal,
        }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.defined_by == DefinedBy::HubspotReadOnly
    }

    /// Whether several options may be set at once.
    pub(crate) fn takes_several(&self) -> bool {
        self.field_type == "checkbox"
    }

    pub(crate) fn apply(&mut self, patch: PropertyPatch) {
        let PropertyPatch { label, group_name, description, field_type, options, hidden } = patch;
        replace(&mut self.label, label);
        replace(&mut self.group_name, group_name);
        replace(&mut self.description, description);
        replace(&mut self.field_type, field_type);
        replace(&mut self.options, options);
        replace(&mut self.hidden, hidden);
    }

    /// The definition as the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let hubspot_defined = self.defined_by != DefinedBy::Portal;
        let mut shown = json!(self);
        shown["hubspotDefined"] = json!(hubspot_defined);
        shown["archived"] = json!(false);
        shown["calculated"] = json!(false);
        shown["externalOptions"] = json!(self.name == "hubspot_owner_id");
        shown["formField"] = json!(false);
        shown["modificationMetadata"] = json!({
            "archivable": !hubspot_defined,
            "readOnlyDefinition": hubspot_defined,
            "readOnlyValue": self.is_read_only(),
        });
        shown
    }
}

fn replace<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
