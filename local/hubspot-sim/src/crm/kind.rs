//! The kinds of CRM objects that the portal holds, and the names each goes by.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// A kind of CRM object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// `contacts`, 0-1.
    #[serde(alias = "contacts")]
    Contact,
    /// `companies`, 0-2.
    #[serde(alias = "companies")]
    Company,
    /// `deals`, 0-3.
    #[serde(alias = "deals")]
    Deal,
    /// `tickets`, 0-5.
    #[serde(alias = "tickets")]
    Ticket,
    /// `notes`, 0-46.
    #[serde(alias = "notes")]
    Note,
}

impl ObjectKind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Contact, Self::Company, Self::Deal, Self::Ticket, Self::Note];

    /// The kind that a path segment or an `associations` parameter names: plural, singular or id.
    pub(crate) fn parse(name: &str) -> Result<Self, ApiError> {
        let named = |kind: &Self| {
            [kind.plural(), kind.singular(), kind.type_id()]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        Self::ALL
            .into_iter()
            .find(named)
            .ok_or_else(|| ApiError::invalid(format!("Unable to infer object type from: {name}")))
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Deal => "deals",
            Self::Ticket => "tickets",
            Self::Note => "notes",
        }
    }

    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Note => "note",
        }
    }

    pub(crate) fn type_id(self) -> &'static str {
        match self {
            Self::Contact => "0-1",
            Self::Company => "0-2",
            Self::Deal => "0-3",
            Self::Ticket => "0-5",
            Self::Note => "0-46",
        }
    }

    /// The property that holds the time of the last change; contacts have an older name for it.
    pub(crate) fn modified_property(self) -> &'static str {
        if self == Self::Contact { "lastmodifieddate" } else { "hs_lastmodifieddate" }
    }

    /// The property that holds the time of creation.
    pub(crate) fn created_property(self) -> &'static str {
        if self == Self::Note { "hs_createdate" } else { "createdate" }
    }

    /// What an answer carries when the call names no properties.
    pub(crate) fn default_properties(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &["email", "firstname", "lastname"],
            Self::Company => &["domain", "name"],
            Self::Deal => &["amount", "closedate", "dealname", "dealstage", "pipeline"],
            Self::Ticket => &[
                "content",
                "hs_pipeline",
                "hs_pipeline_stage",
                "hs_ticket_category",
                "hs_ticket_priority",
                "subject",
            ],
            Self::Note => &[],
        }
    }

    /// The property group that the kind has from the start.
    pub(crate) fn default_group(self) -> String {
        format!("{}information", self.singular())
    }

    /// The first id of the kind. Kinds count apart, as HubSpot's do; the ranges differ so that a
    /// ticket id in the place of a contact id does not pass unseen.
    pub(crate) fn first_id(self) -> u64 {
        match self {
            Self::Contact => 501,
            Self::Company => 7_400_001,
            Self::Deal => 18_300_000_001,
            Self::Ticket => 2_410_000_001,
            Self::Note => 55_200_000_001,
        }
    }
}
