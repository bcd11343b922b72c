//! Associations that are made together with an object.

use serde::Serialize;

/// `HubSpot`'s own association types, by direction (docs/vendors/hubspot.md#associations).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    TicketToContact = 16,
    TicketToPrimaryCompany = 26,
    NoteToContact = 202,
    NoteToTicket = 228,
}

/// An association as the create calls take it; `to.id` is a string there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Association {
    to: To,
    types: [Type; 1],
}

#[derive(Clone, Debug, Serialize)]
struct To {
    id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Type {
    association_category: &'static str,
    association_type_id: u16,
}

impl Association {
    pub(crate) fn new(kind: Kind, to: &str) -> Self {
        let types =
            [Type { association_category: "HUBSPOT_DEFINED", association_type_id: kind as u16 }];
        Self { to: To { id: to.to_owned() }, types }
    }
}

/// Returns whether an association that an answer lists is the one with the primary company.
/// A primary company is listed twice: once as primary, whose type has the plain name
/// (type 1), and once as `…_unlabeled` (type 279).
pub(crate) fn is_primary(kind: &str) -> bool {
    kind.ends_with("_to_company") || kind.contains("primary")
}
