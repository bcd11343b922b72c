//! Properties that every portal has from the start: those of HubSpot's guides, and those that
//! support teams use.

use super::property::{Choice, DefinedBy, Property, PropertyType};
use super::{ObjectKind, PropertyType as T};

type Builtin = (&'static str, PropertyType);
type Choices = (&'static str, &'static [&'static str]);

const CONTACT: &[&str] = &[
    "email",
    "firstname",
    "lastname",
    "phone",
    "mobilephone",
    "hs_whatsapp_phone_number",
    "company",
    "jobtitle",
    "website",
    "city",
    "country",
    "address",
    "zip",
    "hs_language",
    "hs_additional_emails",
];
const COMPANY: &[&str] = &["name", "domain", "phone", "city", "country", "description"];
const DEAL: &[&str] = &["dealname", "description", "pipeline", "dealstage"];
const TICKET: &[&str] =
    &["subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_resolution", "hs_tag_ids"];
const NOTE: &[&str] = &["hs_note_body", "hs_attachment_ids"];

const LIFECYCLE: Choices = ("lifecyclestage", &["subscriber", "lead", "opportunity", "customer"]);
const INDUSTRY: Choices =
    ("industry", &["BANKING", "COMPUTER_SOFTWARE", "CONSUMER_GOODS", "RETAIL"]);
const PRIORITY: Choices = ("hs_ticket_priority", &["LOW", "MEDIUM", "HIGH", "URGENT"]);
const CATEGORY: Choices =
    ("hs_ticket_category", &["PRODUCT_ISSUE", "BILLING_ISSUE", "GENERAL_INQUIRY"]);
const SOURCE: Choices = ("source_type", &["CHAT", "EMAIL", "FORM", "PHONE"]);

/// Returns the properties that a kind of object has from the start.
pub(super) fn properties(kind: ObjectKind) -> Vec<Property> {
    let (texts, others, choices): (&[&str], &[Builtin], &[Choices]) = match kind {
        ObjectKind::Contact => (CONTACT, &[], &[LIFECYCLE]),
        ObjectKind::Company => (
            COMPANY,
            &[("numberofemployees", T::Number), ("annualrevenue", T::Number)],
            &[INDUSTRY, LIFECYCLE],
        ),
        ObjectKind::Deal => (DEAL, &[("amount", T::Number), ("closedate", T::Datetime)], &[]),
        ObjectKind::Ticket => (TICKET, &[], &[PRIORITY, CATEGORY, SOURCE]),
        ObjectKind::Note => (NOTE, &[("hs_timestamp", T::Datetime)], &[]),
    };
    let mut all: Vec<Property> =
        texts.iter().map(|name| of_hubspot(kind, name, T::String)).collect();
    all.extend(others.iter().map(|(name, value_type)| of_hubspot(kind, name, *value_type)));
    all.extend(choices.iter().map(|(name, values)| enumeration(kind, name, values)));
    all.push(of_hubspot(kind, "hubspot_owner_id", T::Enumeration));
    all.extend(read_only(kind));
    all
}

/// Returns the properties that HubSpot sets and nobody else may.
fn read_only(kind: ObjectKind) -> impl Iterator<Item = Property> {
    let common = [
        ("hs_object_id", T::Number),
        (kind.created_property(), T::Datetime),
        (kind.modified_property(), T::Datetime),
    ];
    let own: &[Builtin] = match kind {
        ObjectKind::Ticket => &[
            ("closed_date", T::Datetime),
            ("hs_conversations_originating_thread_id", T::Number),
            ("hs_num_times_contacted", T::Number),
        ],
        ObjectKind::Deal => &[("hs_is_closed", T::Bool), ("hs_is_closed_won", T::Bool)],
        ObjectKind::Contact => &[
            ("hs_searchable_calculated_phone_number", T::String),
            ("hs_searchable_calculated_mobile_number", T::String),
            ("hs_searchable_calculated_international_phone_number", T::String),
            ("hs_searchable_calculated_international_mobile_number", T::String),
        ],
        _ => &[],
    };
    common.into_iter().chain(own.iter().copied()).map(move |(name, value_type)| Property {
        defined_by: DefinedBy::HubspotReadOnly,
        ..of_hubspot(kind, name, value_type)
    })
}

fn of_hubspot(kind: ObjectKind, name: &str, value_type: PropertyType) -> Property {
    let field_type = match value_type {
        T::String => "text",
        T::Number => "number",
        T::Date | T::Datetime => "date",
        T::Enumeration => "select",
        T::Bool => "booleancheckbox",
    };
    Property {
        value_type,
        field_type: field_type.to_owned(),
        defined_by: DefinedBy::Hubspot,
        ..Property::text(kind, name)
    }
}

fn enumeration(kind: ObjectKind, name: &str, values: &[&str]) -> Property {
    let option = |value: &&str| Choice {
        label: value.replace('_', " "),
        value: (*value).to_owned(),
        hidden: false,
        display_order: -1,
    };
    let options = values.iter().map(option).collect();
    Property { options, ..of_hubspot(kind, name, T::Enumeration) }
}
