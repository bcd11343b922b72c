//! The properties and property groups of one kind of object.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ObjectKind;
use super::builtin;
use super::property::{Property, PropertyPatch, PropertyType};
use crate::error::ApiError;

/// HubSpot's longest internal name.
const NAME_LIMIT: usize = 100;

/// A group of properties.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) display_order: i32,
}

impl Group {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name, "label": self.label,
            "displayOrder": self.display_order, "archived": false,
        })
    }
}

/// All definitions of one kind of object.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) properties: BTreeMap<String, Property>,
    pub(crate) groups: BTreeMap<String, Group>,
}

impl Schema {
    pub(crate) fn of(kind: ObjectKind) -> Self {
        let name = kind.default_group();
        let label = format!("{} information", kind.singular());
        let group = Group { name: name.clone(), label, display_order: 0 };
        let properties =
            builtin::properties(kind).into_iter().map(|each| (each.name.clone(), each)).collect();
        Self { properties, groups: BTreeMap::from([(name, group)]) }
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    pub(crate) fn define(&mut self, property: Property) -> Result<Property, ApiError> {
        if self.properties.contains_key(&property.name) {
            let message = format!("A property named '{}' already exists.", property.name);
            return Err(exists(message, "Properties.PROPERTY_EXISTS"));
        }
        check_name(&property.name)?;
        self.check_group(&property.group_name)?;
        check_field(&property)?;
        check_options(&property)?;
        self.properties.insert(property.name.clone(), property.clone());
        Ok(property)
    }

    pub(crate) fn redefine(
        &mut self,
        name: &str,
        patch: PropertyPatch,
    ) -> Result<Property, ApiError> {
        let mut changed = self.property(name).cloned().ok_or_else(|| no_property(name))?;
        changed.apply(patch);
        self.check_group(&changed.group_name)?;
        check_field(&changed)?;
        check_options(&changed)?;
        self.properties.insert(name.to_owned(), changed.clone());
        Ok(changed)
    }

    pub(crate) fn add_group(&mut self, group: Group) -> Result<Group, ApiError> {
        if self.groups.contains_key(&group.name) {
            let message = format!("A property group named '{}' already exists.", group.name);
            return Err(exists(message, "Properties.GROUP_EXISTS"));
        }
        check_name(&group.name)?;
        self.groups.insert(group.name.clone(), group.clone());
        Ok(group)
    }

    fn check_group(&self, name: &str) -> Result<(), ApiError> {
        if self.groups.contains_key(name) {
            return Ok(());
        }
        Err(ApiError::invalid(format!("Property group {name} does not exist")))
    }
}

/// The answer for a definition that does not exist.
pub(crate) fn no_property(name: &str) -> ApiError {
    ApiError::not_found(format!("No property exists with name '{name}'."))
}

/// What HubSpot answers to a second definition by the same name is not documented: 409 is what
/// its own clients handle.
fn exists(message: String, sub_category: &str) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, message)
        .with("category", "OBJECT_ALREADY_EXISTS")
        .with("subCategory", sub_category)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if starts && name.chars().all(allowed) && name.len() <= NAME_LIMIT && !name.starts_with("hs_") {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Invalid name '{name}': a name starts with a lower-case letter, holds lower-case letters, \
         digits and underscores, has at most {NAME_LIMIT} characters and does not start with hs_"
    )))
}

fn check_field(property: &Property) -> Result<(), ApiError> {
    let fields: &[&str] = match property.value_type {
        PropertyType::String => &["text", "textarea", "file", "html", "phonenumber"],
        PropertyType::Number => &["number", "calculation_equation"],
        PropertyType::Date | PropertyType::Datetime => &["date"],
        PropertyType::Enumeration => &["select", "radio", "checkbox", "booleancheckbox"],
        PropertyType::Bool => &["booleancheckbox"],
    };
    if fields.contains(&property.field_type.as_str()) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Property {} has a fieldType {} that its type does not allow",
        property.name, property.field_type
    )))
}

fn check_options(property: &Property) -> Result<(), ApiError> {
    if property.value_type == PropertyType::Enumeration && property.options.is_empty() {
        let message = format!("Enumeration property {} needs at least one option", property.name);
        return Err(ApiError::invalid(message));
    }
    let spaced = |text: &str| text.trim() != text;
    match property.options.iter().find(|option| spaced(&option.value) || spaced(&option.label)) {
        Some(option) => Err(ApiError::invalid(format!(
            "Option \"{}\" of {} has leading or trailing whitespace",
            option.value, property.name
        ))
        .with("subCategory", "LEADING_TRAILING_WHITESPACE")),
        None => Ok(()),
    }
}
