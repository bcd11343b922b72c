//! Bodies that several routes share.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::crm::{Draft, LinkTo, ObjectKind, type_known};
use crate::error::ApiError;

/// An object to be created.
#[derive(Debug, Deserialize)]
pub(super) struct CreateInput {
    #[serde(deserialize_with = "property_values")]
    properties: BTreeMap<String, String>,
    #[serde(default)]
    associations: Vec<AssociationInput>,
}

/// Properties to be changed.
#[derive(Debug, Deserialize)]
pub(super) struct UpdateInput {
    #[serde(deserialize_with = "property_values")]
    pub(super) properties: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct AssociationInput {
    to: IdInput,
    types: Vec<TypeInput>,
}

/// A reference by id: a string, as the specification says.
#[derive(Debug, Deserialize)]
pub(super) struct IdInput {
    pub(super) id: String,
}

/// A type of association.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeInput {
    association_category: Category,
    pub(super) association_type_id: u16,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
enum Category {
    #[serde(rename = "HUBSPOT_DEFINED")]
    Hubspot,
    #[serde(rename = "USER_DEFINED")]
    User,
    #[serde(rename = "INTEGRATOR_DEFINED")]
    Integrator,
}

/// Inputs of a batch call.
#[derive(Debug, Deserialize)]
pub(super) struct Inputs<T> {
    pub(super) inputs: Vec<T>,
}

impl<T> Inputs<T> {
    /// HubSpot takes between one and a hundred.
    pub(super) fn checked(self, kind: ObjectKind) -> Result<Vec<T>, ApiError> {
        check_count(kind, self.inputs.len())?;
        Ok(self.inputs)
    }
}

pub(super) fn check_count(kind: ObjectKind, count: usize) -> Result<(), ApiError> {
    if (1..=100).contains(&count) {
        return Ok(());
    }
    let name = kind.singular().to_uppercase();
    Err(ApiError::invalid(format!(
        "The maximum number of inputs supported in a batch request for '{name}' is 100, the \
         minimum is 1; this one has {count}"
    )))
}

impl CreateInput {
    pub(super) fn into_draft(self, kind: ObjectKind) -> Result<Draft, ApiError> {
        let mut associations = Vec::new();
        for association in &self.associations {
            check_types(&association.types)?;
            for kind_of_link in &association.types {
                associations.push(kind_of_link.link(kind, &association.to.id)?);
            }
        }
        Ok(Draft { properties: self.properties, associations })
    }
}

impl TypeInput {
    /// The link from a `from` object to `id` that this type means: the id of the type tells the
    /// kind of the other side.
    fn link(&self, from: ObjectKind, id: &str) -> Result<LinkTo, ApiError> {
        let type_id = self.association_type_id;
        let of = |to: &ObjectKind| type_known(from, *to, type_id).map(|spec| (*to, spec));
        let found = ObjectKind::ALL.iter().find_map(of);
        let (kind, spec) = found
            .filter(|_| self.association_category == Category::Hubspot)
            .ok_or_else(|| no_type(from, type_id))?;
        let id = id.parse().map_err(|_| {
            ApiError::invalid(format!("Invalid association: {id} is not an object id"))
        })?;
        Ok(LinkTo { kind, id, spec })
    }

    pub(super) fn is_hubspots(&self) -> bool {
        self.association_category == Category::Hubspot
    }
}

/// An association without a type would be none.
pub(super) fn check_types(types: &[TypeInput]) -> Result<(), ApiError> {
    if types.is_empty() {
        return Err(ApiError::invalid("An association needs at least one type"));
    }
    Ok(())
}

pub(super) fn no_type(from: ObjectKind, type_id: u16) -> ApiError {
    let from = from.plural();
    ApiError::invalid(format!("Association type {type_id} is not valid for {from}"))
}

/// Property values are strings; numbers and booleans are taken as their text, anything else is
/// refused.
fn property_values<'de, D>(from: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    let values = BTreeMap::<String, Value>::deserialize(from)?;
    values.into_iter().map(|(name, value)| Ok((name, property_value(value)?))).collect()
}

fn property_value<E: serde::de::Error>(value: Value) -> Result<String, E> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(E::custom(format!(
            "Cannot deserialize value of type `java.lang.String` from {value}"
        ))),
    }
}
