//! Properties that every portal has from the start: those of HubSpot's guides, and those that
//! support teams use.

use super::ObjectKind;
use super::property::{Choice, DefinedBy, Property, PropertyType as T};

/// Text properties; `kind` is the object's kind.
fn texts(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Contact => {
            "email firstname lastname phone mobilephone hs_whatsapp_phone_number company jobtitle \
             website city country address zip hs_language hs_additional_emails"
        }
        ObjectKind::Company => "name domain phone city country description",
        ObjectKind::Deal => "dealname description pipeline dealstage",
        ObjectKind::Ticket => {
            "subject content hs_pipeline hs_pipeline_stage hs_resolution hs_tag_ids"
        }
        ObjectKind::Note => "hs_note_body hs_attachment_ids",
    }
}

fn numbers_and_times(kind: ObjectKind) -> &'static [(&'static str, T)] {
    match kind {
        ObjectKind::Company => &[("numberofemployees", T::Number), ("annualrevenue", T::Number)],
        ObjectKind::Deal => &[("amount", T::Number), ("closedate", T::Datetime)],
        ObjectKind::Note => &[("hs_timestamp", T::Datetime)],
        ObjectKind::Contact | ObjectKind::Ticket => &[],
    }
}

fn enumerations(kind: ObjectKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        ObjectKind::Contact => &[("lifecyclestage", "subscriber lead opportunity customer")],
        ObjectKind::Company => &[
            ("lifecyclestage", "subscriber lead opportunity customer"),
            ("industry", "BANKING COMPUTER_SOFTWARE CONSUMER_GOODS RETAIL"),
        ],
        ObjectKind::Ticket => &[
            ("hs_ticket_priority", "LOW MEDIUM HIGH URGENT"),
            ("hs_ticket_category", "PRODUCT_ISSUE BILLING_ISSUE GENERAL_INQUIRY"),
            ("source_type", "CHAT EMAIL FORM PHONE"),
        ],
        ObjectKind::Deal | ObjectKind::Note => &[],
    }
}

/// Properties that HubSpot sets and nobody else may, beside id and times.
fn read_only(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Contact => {
            "hs_searchable_calculated_phone_number hs_searchable_calculated_mobile_number \
             hs_searchable_calculated_international_phone_number \
             hs_searchable_calculated_international_mobile_number"
        }
        ObjectKind::Ticket => "closed_date hs_conversations_originating_thread_id",
        ObjectKind::Deal => "hs_is_closed hs_is_closed_won",
        ObjectKind::Company | ObjectKind::Note => "",
    }
}

/// Returns the properties that a kind of object has from the start.
pub(super) fn properties(kind: ObjectKind) -> Vec<Property> {
    let own = |name: &str, value_type: T| Property {
        value_type,
        defined_by: DefinedBy::Hubspot,
        ..Property::text(kind, name)
    };
    let mut all: Vec<Property> =
        texts(kind).split_whitespace().map(|name| own(name, T::String)).collect();
    all.extend(numbers_and_times(kind).iter().map(|(name, value_type)| own(name, *value_type)));
    all.push(own("hubspot_owner_id", T::Enumeration));
    for (name, values) in enumerations(kind) {
        let options = values.split_whitespace().map(option).collect();
        all.push(Property { options, ..own(name, T::Enumeration) });
    }
    let always = ["hs_object_id", kind.created_property(), kind.modified_property()];
    for name in always.into_iter().chain(read_only(kind).split_whitespace()) {
        all.push(Property { defined_by: DefinedBy::HubspotReadOnly, ..own(name, T::String) });
    }
    all
}

fn option(value: &str) -> Choice {
    Choice { label: value.to_owned(), value: value.to_owned(), hidden: false }
}
