//! The properties that come with every portal. A selection: what HubSpot's guides use in their
//! examples, and what support teams look at.

use super::property::{Choice, DefinedBy, Property, PropertyType};
use super::{ObjectKind, PropertyType as T};

type Plain = (&'static str, &'static str, PropertyType);
type Choosing = (&'static str, &'static str, &'static [&'static str]);

const CONTACT: [Plain; 14] = [
    ("email", "Email", T::String),
    ("firstname", "First Name", T::String),
    ("lastname", "Last Name", T::String),
    ("phone", "Phone Number", T::String),
    ("mobilephone", "Mobile Phone Number", T::String),
    ("company", "Company Name", T::String),
    ("jobtitle", "Job Title", T::String),
    ("website", "Website URL", T::String),
    ("city", "City", T::String),
    ("country", "Country/Region", T::String),
    ("address", "Street Address", T::String),
    ("zip", "Postal Code", T::String),
    ("hs_language", "Preferred language", T::String),
    ("hs_additional_emails", "Additional email addresses", T::String),
];
const COMPANY: [Plain; 8] = [
    ("name", "Company name", T::String),
    ("domain", "Company Domain Name", T::String),
    ("phone", "Phone Number", T::String),
    ("city", "City", T::String),
    ("country", "Country/Region", T::String),
    ("description", "Description", T::String),
    ("numberofemployees", "Number of Employees", T::Number),
    ("annualrevenue", "Annual Revenue", T::Number),
];
const DEAL: [Plain; 6] = [
    ("dealname", "Deal Name", T::String),
    ("amount", "Amount", T::Number),
    ("closedate", "Close Date", T::Datetime),
    ("description", "Deal Description", T::String),
    ("pipeline", "Pipeline", T::String),
    ("dealstage", "Deal Stage", T::String),
];
const TICKET: [Plain; 6] = [
    ("subject", "Ticket name", T::String),
    ("content", "Ticket description", T::String),
    ("hs_pipeline", "Pipeline", T::String),
    ("hs_pipeline_stage", "Ticket status", T::String),
    ("hs_resolution", "Resolution", T::String),
    ("hs_tag_ids", "Ticket Tags", T::String),
];
const NOTE: [Plain; 3] = [
    ("hs_timestamp", "Activity date", T::Datetime),
    ("hs_note_body", "Note body", T::String),
    ("hs_attachment_ids", "Attached file IDs", T::String),
];

const PRIORITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "URGENT"];
const CATEGORIES: [&str; 4] =
    ["PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"];
const SOURCES: [&str; 4] = ["CHAT", "EMAIL", "FORM", "PHONE"];
const STAGES_OF_LIFE: [&str; 8] = [
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
];
const INDUSTRIES: [&str; 8] = [
    "BANKING",
    "COMPUTER_SOFTWARE",
    "CONSUMER_GOODS",
    "EDUCATION_MANAGEMENT",
    "HOSPITAL_HEALTH_CARE",
    "INFORMATION_TECHNOLOGY_AND_SERVICES",
    "LOGISTICS_AND_SUPPLY_CHAIN",
    "RETAIL",
];

/// The properties that a kind of object has from the start.
pub(super) fn properties(kind: ObjectKind) -> Vec<Property> {
    let (plain, choices): (&[Plain], &[Choosing]) = match kind {
        ObjectKind::Contact => {
            (&CONTACT, &[("lifecyclestage", "Lifecycle Stage", &STAGES_OF_LIFE)])
        }
        ObjectKind::Company => (
            &COMPANY,
            &[
                ("industry", "Industry", &INDUSTRIES),
                ("lifecyclestage", "Lifecycle Stage", &STAGES_OF_LIFE),
            ],
        ),
        ObjectKind::Deal => (&DEAL, &[]),
        ObjectKind::Ticket => (
            &TICKET,
            &[
                ("hs_ticket_priority", "Priority", &PRIORITIES),
                ("hs_ticket_category", "Category", &CATEGORIES),
                ("source_type", "Source", &SOURCES),
            ],
        ),
        ObjectKind::Note => (&NOTE, &[]),
    };
    let mut all: Vec<Property> = plain.iter().map(|&plain| of_hubspot(kind, plain)).collect();
    all.extend(choices.iter().map(|(name, label, values)| choice(kind, name, label, values)));
    all.push(of_hubspot(kind, ("hubspot_owner_id", "Owner", T::Enumeration)));
    all.extend(system(kind));
    all
}

/// What HubSpot sets and nobody else may.
fn system(kind: ObjectKind) -> Vec<Property> {
    let mut plain: Vec<Plain> = vec![
        ("hs_object_id", "Record ID", T::Number),
        (kind.created_property(), "Create date", T::Datetime),
        (kind.modified_property(), "Last modified date", T::Datetime),
    ];
    match kind {
        ObjectKind::Ticket => plain.extend([
            ("closed_date", "Close date", T::Datetime),
            ("hs_conversations_originating_thread_id", "Originating thread", T::Number),
        ]),
        ObjectKind::Deal => plain.extend([
            ("hs_is_closed", "Is Deal Closed?", T::Bool),
            ("hs_is_closed_won", "Is Closed Won", T::Bool),
        ]),
        _ => {}
    }
    let defined_by = DefinedBy::HubspotReadOnly;
    let read_only = |plain| Property { defined_by, ..of_hubspot(kind, plain) };
    plain.into_iter().map(read_only).collect()
}

fn of_hubspot(kind: ObjectKind, (name, label, value_type): Plain) -> Property {
    let field_type = match value_type {
        T::String => "text",
        T::Number => "number",
        T::Date | T::Datetime => "date",
        T::Enumeration => "select",
        T::Bool => "booleancheckbox",
    };
    Property {
        label: label.to_owned(),
        value_type,
        field_type: field_type.to_owned(),
        defined_by: DefinedBy::Hubspot,
        ..Property::text(kind, name)
    }
}

fn choice(kind: ObjectKind, name: &'static str, label: &'static str, values: &[&str]) -> Property {
    let option = |(at, value): (usize, &&str)| Choice {
        label: value.replace('_', " "),
        value: (*value).to_owned(),
        hidden: false,
        display_order: i32::try_from(at).unwrap_or(-1),
    };
    let options = values.iter().enumerate().map(option).collect();
    Property { options, ..of_hubspot(kind, (name, label, T::Enumeration)) }
}
