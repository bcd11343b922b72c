//! The properties and property groups of one kind of object.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;

use super::property::{Property, PropertyType};
use super::{ObjectKind, builtin};
use crate::error::ApiError;

/// HubSpot's longest internal name.
const MAX_NAME: usize = 100;

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
            groups: BTreeSet::from([kind.default_group()]),
            mandatory: Vec::new(),
        }
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Property> {
        self.properties.values()
    }

    pub(crate) fn define(&mut self, property: Property) -> Result<Property, ApiError> {
        if self.properties.contains_key(&property.name) {
            let message = format!("A property named '{}' already exists.", property.name);
            return Err(exists(message, "Properties.PROPERTY_EXISTS"));
        }
        check_name(&property.name)?;
        if !self.groups.contains(&property.group_name) {
            let message = format!("Property group {} does not exist", property.group_name);
            return Err(ApiError::invalid(message));
        }
        check_options(&property)?;
        self.properties.insert(property.name.clone(), property.clone());
        Ok(property)
    }

    pub(crate) fn add_group(&mut self, name: &str) -> Result<(), ApiError> {
        check_name(name)?;
        if self.groups.insert(name.to_owned()) {
            return Ok(());
        }
        let message = format!("A property group named '{name}' already exists.");
        Err(exists(message, "Properties.GROUP_EXISTS"))
    }
}

/// HubSpot's answer to a second definition by the same name is not documented: 409 is what its
/// own clients handle.
fn exists(message: String, sub_category: &str) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, message)
        .with("category", "OBJECT_ALREADY_EXISTS")
        .with("subCategory", sub_category)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.starts_with("hs_");
    if starts && name.chars().all(allowed) && name.len() <= MAX_NAME {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Invalid name '{name}': a name starts with a lower-case letter, holds lower-case letters, \
         digits and underscores, has at most {MAX_NAME} characters and does not start with hs_"
    )))
}

fn check_options(property: &Property) -> Result<(), ApiError> {
    if property.value_type == PropertyType::Enumeration && property.options.is_empty() {
        let message = format!("Enumeration property {} needs at least one option", property.name);
        return Err(ApiError::invalid(message));
    }
    let spaced = |text: &str| text.trim() != text;
    match property.options.iter().find(|option| spaced(&option.value) || spaced(&option.label)) {
        None => Ok(()),
        Some(option) => Err(ApiError::invalid(format!(
            "Option \"{}\" of {} has leading or trailing whitespace",
            option.value, property.name
        ))
        .with("subCategory", "LEADING_TRAILING_WHITESPACE")),
    }
}
