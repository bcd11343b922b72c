//! Whether HubSpot takes a property value, and in which form it keeps it.

use super::problem::Problem;
use super::property::{Property, PropertyType};
use crate::clock;

/// Longest text value, in characters. Documented for the body of notes; assumed for all text.
pub(crate) const TEXT_LIMIT: usize = 65_536;

/// The value as HubSpot keeps it. `owners` are the ids that `hubspot_owner_id` may have.
pub(super) fn normalise(
    property: &Property,
    value: &str,
    owners: &[u64],
) -> Result<String, Problem> {
    if property.is_read_only() {
        let message =
            format!("\"{}\" is a read only property; its value cannot be set.", property.name);
        return Err(Problem::new(&property.name, "READ_ONLY_VALUE", message));
    }
    if value.is_empty() {
        return Ok(String::new());
    }
    match property.value_type {
        PropertyType::String => text(property, value),
        PropertyType::Number => number(property, value),
        PropertyType::Date => moment(property, value, clock::date(value)),
        PropertyType::Datetime => moment(property, value, clock::datetime(value)),
        PropertyType::Bool => boolean(property, value),
        PropertyType::Enumeration if property.name == "hubspot_owner_id" => owner(value, owners),
        PropertyType::Enumeration => choices(property, value),
    }
}

fn text(property: &Property, value: &str) -> Result<String, Problem> {
    let length = value.chars().count();
    if length > TEXT_LIMIT {
        let message = format!(
            "{} was too long: {length} characters, the limit is {TEXT_LIMIT}",
            property.name
        );
        return Err(Problem::new(&property.name, "PROPERTY_VALUE_TOO_LONG", message));
    }
    if property.name == "email" {
        return email(value);
    }
    Ok(value.to_owned())
}

/// HubSpot keeps addresses in lower case.
fn email(value: &str) -> Result<String, Problem> {
    let address = value.trim().to_lowercase();
    let sound = |(local, domain): (&str, &str)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.')
    };
    let spaced = address.contains(char::is_whitespace);
    if !spaced && address.matches('@').count() == 1 && address.split_once('@').is_some_and(sound) {
        return Ok(address);
    }
    Err(Problem::new("email", "INVALID_EMAIL", format!("Email address {value} is invalid")))
}

fn number(property: &Property, value: &str) -> Result<String, Problem> {
    if value.parse::<f64>().is_ok_and(f64::is_finite) {
        return Ok(value.to_owned());
    }
    let message = format!("{value} was not a valid number.");
    Err(Problem::new(&property.name, "INVALID_DOUBLE", message))
}

fn moment(property: &Property, value: &str, kept: Option<String>) -> Result<String, Problem> {
    kept.ok_or_else(|| {
        let message = format!("{value} was not a valid long.");
        Problem::new(&property.name, "INVALID_LONG", message)
    })
}

fn boolean(property: &Property, value: &str) -> Result<String, Problem> {
    if value == "true" || value == "false" {
        return Ok(value.to_owned());
    }
    let message = format!("{value} was not a valid boolean.");
    Err(Problem::new(&property.name, "INVALID_BOOLEAN", message))
}

fn owner(value: &str, owners: &[u64]) -> Result<String, Problem> {
    if value.parse().is_ok_and(|id: u64| owners.contains(&id)) {
        return Ok(value.to_owned());
    }
    let message = format!("Owner {value} does not exist");
    Err(Problem::new("hubspot_owner_id", "INVALID_OWNER_ID", message))
}

fn choices(property: &Property, value: &str) -> Result<String, Problem> {
    let known = |one: &str| property.options.iter().any(|option| option.value == one);
    let fits = if property.takes_several() {
        // A leading `;` means "add to what is there"; what is there is joined by the caller.
        value.split(';').filter(|one| !one.is_empty()).all(known)
    } else {
        known(value)
    };
    if fits {
        return Ok(value.to_owned());
    }
    let allowed: Vec<&str> = property.options.iter().map(|option| option.value.as_str()).collect();
    let message = format!("{value} was not one of the allowed options: {allowed:?}");
    Err(Problem::new(&property.name, "INVALID_OPTION", message))
}

/// A multiple choice that begins with `;` adds to the present one; each option appears once.
pub(super) fn joined(present: Option<&str>, value: &str) -> String {
    let Some(added) = value.strip_prefix(';') else { return value.to_owned() };
    let mut all: Vec<&str> = present.unwrap_or_default().split(';').collect();
    all.extend(added.split(';'));
    all.retain(|one| !one.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|one| seen.insert(*one));
    all.join(";")
}
