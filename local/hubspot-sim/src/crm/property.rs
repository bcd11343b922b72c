//! Definitions of properties (docs/vendors/hubspot.md#properties).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{ObjectKind, builtin};
use crate::error::ApiError;

/// The type of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PropertyType {
    String,
    Number,
    Date,
    Datetime,
    /// One of the options; several, separated by `;`, when the field is `checkbox`.
    Enumeration,
    Bool,
}

/// An option of an enumeration. HubSpot requires `hidden`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    pub label: String,
    pub value: String,
    pub hidden: bool,
}

/// The definition of a property.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    pub name: String,
    pub label: String,
    #[serde(rename = "type")]
    pub value_type: PropertyType,
    /// Control with which people edit it: `text`, `textarea`, `select`, `checkbox`, …
    pub field_type: String,
    pub group_name: String,
    #[serde(default)]
    pub options: Vec<Choice>,
    /// No two objects may have the same value, and it serves as `idProperty`.
    #[serde(default)]
    pub has_unique_value: bool,
    #[serde(skip)]
    pub defined_by: DefinedBy,
}

/// The owner of a property's definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefinedBy {
    #[default]
    Portal,
    Hubspot,
    /// HubSpot, which alone sets its values.
    HubspotReadOnly,
}

impl Property {
    /// Makes a text property of the portal itself, in the group that its kind has from the start.
    pub fn text(kind: ObjectKind, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            value_type: PropertyType::String,
            field_type: "text".to_owned(),
            group_name: default_group(kind),
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
}

fn default_group(kind: ObjectKind) -> String {
    format!("{}information", kind.singular())
}

/// All definitions of one kind of object.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    properties: BTreeMap<String, Property>,
    groups: BTreeSet<String>,
    /// Properties that an administrator made mandatory for a creation.
    pub(crate) mandatory: Vec<String>,
}

impl Schema {
    pub(crate) fn of(kind: ObjectKind) -> Self {
        let properties = builtin::properties(kind).into_iter();
        Self {
            properties: properties.map(|each| (each.name.clone(), each)).collect(),
            groups: BTreeSet::from([default_group(kind)]),
            mandatory: Vec::new(),
        }
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    pub(crate) fn define(&mut self, property: Property) -> Result<Property, ApiError> {
        if self.properties.contains_key(&property.name) {
            return Err(exists("property", &property.name));
        }
        if !self.groups.contains(&property.group_name) {
            let message = format!("Property group {} does not exist", property.group_name);
            return Err(ApiError::invalid(message));
        }
        if property.value_type == PropertyType::Enumeration && property.options.is_empty() {
            let message = format!("Enumeration {} needs at least one option", property.name);
            return Err(ApiError::invalid(message));
        }
        self.properties.insert(property.name.clone(), property.clone());
        Ok(property)
    }

    pub(crate) fn add_group(&mut self, name: &str) -> Result<(), ApiError> {
        if self.groups.insert(name.to_owned()) {
            return Ok(());
        }
        Err(exists("property group", name))
    }
}

/// HubSpot's answer to a second definition by the same name is not documented: 409 is what its
/// own clients handle.
fn exists(kind: &str, name: &str) -> ApiError {
    let message = format!("A {kind} named '{name}' already exists.");
    ApiError::new(StatusCode::CONFLICT, message).with("category", "OBJECT_ALREADY_EXISTS")
}
