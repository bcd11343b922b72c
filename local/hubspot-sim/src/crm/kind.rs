//! Kinds of CRM objects, and the names that each goes by.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// A kind of CRM object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    #[serde(alias = "contacts")]
    Contact,
    #[serde(alias = "companies")]
    Company,
    #[serde(alias = "deals")]
    Deal,
    #[serde(alias = "tickets")]
    Ticket,
    #[serde(alias = "notes")]
    Note,
}

impl ObjectKind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Contact, Self::Company, Self::Deal, Self::Ticket, Self::Note];

    /// Returns the kind that a path segment or an `associations` parameter names.
    pub(crate) fn parse(name: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.into_iter().find(|kind| kind.plural() == name);
        found.ok_or_else(|| ApiError::invalid(format!("Unable to infer object type from: {name}")))
    }

    pub(crate) fn plural(self) -> &'static str {
        self.names().0
    }

    pub(crate) fn singular(self) -> &'static str {
        self.names().1
    }

    pub(crate) fn type_id(self) -> &'static str {
        self.names().2
    }

    /// Returns the first id of the kind. Kinds count apart, as HubSpot's do; the ranges differ so
    /// that a ticket id in the place of a contact id is noticed.
    pub(crate) fn first_id(self) -> u64 {
        self.names().3
    }

    fn names(self) -> (&'static str, &'static str, &'static str, u64) {
        match self {
            Self::Contact => ("contacts", "contact", "0-1", 501),
            Self::Company => ("companies", "company", "0-2", 7_400_001),
            Self::Deal => ("deals", "deal", "0-3", 18_300_000_001),
            Self::Ticket => ("tickets", "ticket", "0-5", 2_410_000_001),
            Self::Note => ("notes", "note", "0-46", 55_200_000_001),
        }
    }

    /// Returns the property with the time of the last change; contacts have an older name for it.
    pub(crate) fn modified_property(self) -> &'static str {
        if self == Self::Contact { "lastmodifieddate" } else { "hs_lastmodifieddate" }
    }

    pub(crate) fn created_property(self) -> &'static str {
        if self == Self::Note { "hs_createdate" } else { "createdate" }
    }

    /// Returns the properties of pipeline and stage; only tickets and deals have them.
    pub(crate) fn stage_properties(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Ticket => Some(("hs_pipeline", "hs_pipeline_stage")),
            Self::Deal => Some(("pipeline", "dealstage")),
            _ => None,
        }
    }

    /// Returns the properties that a creation needs, and how many of them are enough.
    pub(crate) fn required(self) -> (&'static [&'static str], usize) {
        match self {
            Self::Contact => (&["email", "firstname", "lastname"], 1),
            Self::Company => (&["name", "domain"], 1),
            Self::Deal => (&["dealname", "dealstage"], 2),
            Self::Ticket => (&["subject", "hs_pipeline_stage"], 2),
            Self::Note => (&["hs_timestamp"], 1),
        }
    }
}
