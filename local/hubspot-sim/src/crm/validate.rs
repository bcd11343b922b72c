//! Validation of property values, and the form in which HubSpot keeps them.

use std::collections::BTreeSet;

use sim_kit::clock;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};

use super::problem::Problem;
use super::property::{Property, PropertyType};

/// Longest text value, in characters. Documented for the body of notes; assumed for all text.
const MAX_TEXT: usize = 65_536;

/// Returns the value as HubSpot keeps it. `owners` are the ids that `hubspot_owner_id` may have.
pub(super) fn normalize(
    property: &Property,
    value: &str,
    owners: &[u64],
) -> Result<String, Problem> {
    let invalid = |error, message: String| Err(Problem::new(&property.name, error, message));
    if property.is_read_only() {
        let message = format!("\"{}\" is a read only property.", property.name);
        return invalid("READ_ONLY_VALUE", message);
    }
    if value.is_empty() {
        return Ok(String::new());
    }
    let kept = match property.value_type {
        PropertyType::String if property.name == "email" => return email(value),
        PropertyType::String if value.chars().count() > MAX_TEXT => {
            let message = format!("{} was too long, the limit is {MAX_TEXT}", property.name);
            return invalid("PROPERTY_VALUE_TOO_LONG", message);
        }
        PropertyType::String => Some(value.to_owned()),
        PropertyType::Number => {
            value.parse::<f64>().is_ok_and(f64::is_finite).then(|| value.to_owned())
        }
        PropertyType::Date => day(value),
        PropertyType::Datetime => moment(value).map(clock::iso),
        PropertyType::Bool => ["true", "false"].contains(&value).then(|| value.to_owned()),
        PropertyType::Enumeration if property.name == "hubspot_owner_id" => {
            let known = value.parse().is_ok_and(|id: u64| owners.contains(&id));
            known.then(|| value.to_owned())
        }
        PropertyType::Enumeration => has_options(property, value).then(|| value.to_owned()),
    };
    kept.ok_or_else(|| {
        let message = format!("{value} was not valid for {}.", property.name);
        Problem::new(&property.name, error_code(property), message)
    })
}

fn error_code(property: &Property) -> &'static str {
    match property.value_type {
        PropertyType::Number => "INVALID_DOUBLE",
        PropertyType::Date | PropertyType::Datetime => "INVALID_LONG",
        PropertyType::Bool => "INVALID_BOOLEAN",
        PropertyType::Enumeration if property.name == "hubspot_owner_id" => "INVALID_OWNER_ID",
        PropertyType::String | PropertyType::Enumeration => "INVALID_OPTION",
    }
}

/// HubSpot keeps addresses in lower case.
fn email(value: &str) -> Result<String, Problem> {
    let address = value.trim().to_lowercase();
    let spaced = address.contains(char::is_whitespace) || address.matches('@').count() != 1;
    match address.split_once('@') {
        Some((local, domain))
            if !spaced && !local.is_empty() && domain.contains('.') && !domain.starts_with('.') =>
        {
            Ok(address)
        }
        _ => {
            Err(Problem::new("email", "INVALID_EMAIL", format!("Email address {value} is invalid")))
        }
    }
}

/// Returns a `date` value as `YYYY-MM-DD`. As a number it must be midnight UTC.
fn day(value: &str) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]");
    if Date::parse(value, format).is_ok() {
        return Some(value.to_owned());
    }
    let at = moment(value)?;
    (at.time() == time::Time::MIDNIGHT).then(|| at.date().format(format).ok()).flatten()
}

/// Reads a `datetime` value: milliseconds since the epoch, or ISO 8601 with a zone.
fn moment(value: &str) -> Option<OffsetDateTime> {
    if let Ok(ms) = value.parse::<i64>() {
        return OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok();
    }
    OffsetDateTime::parse(value, &Rfc3339).ok().map(|at| at.to_offset(UtcOffset::UTC))
}

fn has_options(property: &Property, value: &str) -> bool {
    let known = |one: &str| property.options.iter().any(|option| option.value == one);
    if property.takes_several() {
        // A leading `;` means "add to the present ones", which `joined` does.
        return value.split(';').filter(|one| !one.is_empty()).all(known);
    }
    known(value)
}

/// Joins a multiple choice that begins with `;` to the present one; each option appears once.
pub(super) fn joined(present: Option<&str>, value: &str) -> String {
    let Some(added) = value.strip_prefix(';') else { return value.to_owned() };
    let mut seen = BTreeSet::new();
    let all = present.unwrap_or_default().split(';').chain(added.split(';'));
    let distinct: Vec<&str> = all.filter(|one| !one.is_empty() && seen.insert(*one)).collect();
    distinct.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::ObjectKind;

    #[test]
    fn dates_and_times_are_kept_in_one_form() {
        let normal = |value_type, value| {
            let property = Property { value_type, ..Property::text(ObjectKind::Ticket, "p") };
            normalize(&property, value, &[]).ok()
        };
        let cases = [
            (PropertyType::Datetime, "1702439388898", Some("2023-12-13T03:49:48.898Z")),
            (
                PropertyType::Datetime,
                "2023-12-13T05:49:48.898+02:00",
                Some("2023-12-13T03:49:48.898Z"),
            ),
            (PropertyType::Datetime, "yesterday", None),
            (PropertyType::Datetime, "2023-12-13", None),
            (PropertyType::Date, "2023-12-13", Some("2023-12-13")),
            (PropertyType::Date, "1702425600000", Some("2023-12-13")),
            (PropertyType::Date, "1702439388898", None),
        ];
        for (value_type, value, kept) in cases {
            assert_eq!(normal(value_type, value).as_deref(), kept, "{value}");
        }
    }
}
