//! The types of association that exist between the kinds of objects.
//!
//! The ids are HubSpot's and differ by direction. Types 32 and 278 (ticket to thread) are missing
//! on purpose: whether they can be written is not documented, so the portal refuses them.

use super::ObjectKind;
use super::ObjectKind::{Company, Contact, Deal, Note, Ticket};

/// The label of the type that marks an object's main company.
const PRIMARY: &str = "Primary";

/// From, to, type id, the type id of the other direction, whether it marks the main company.
const TABLE: [(ObjectKind, ObjectKind, u16, u16, bool); 13] = [
    (Contact, Company, 279, 280, false),
    (Contact, Company, 1, 2, true),
    (Ticket, Contact, 16, 15, false),
    (Ticket, Company, 339, 340, false),
    (Ticket, Company, 26, 25, true),
    (Ticket, Deal, 28, 27, false),
    (Note, Contact, 202, 201, false),
    (Note, Company, 190, 189, false),
    (Note, Deal, 214, 213, false),
    (Note, Ticket, 228, 227, false),
    (Deal, Contact, 3, 4, false),
    (Deal, Company, 341, 342, false),
    (Deal, Company, 5, 6, true),
];

/// A type of association in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TypeSpec {
    pub(crate) id: u16,
    pub(super) inverse: u16,
    pub(crate) primary: bool,
}

impl TypeSpec {
    /// The name that the objects API gives the type. Where two kinds have a main one, that has
    /// the plain name.
    pub(crate) fn name(self, from: ObjectKind, to: ObjectKind) -> String {
        let labelled = types_between(from, to).any(|spec| spec.primary);
        let suffix = if labelled && !self.primary { "_unlabeled" } else { "" };
        format!("{}_to_{}{suffix}", from.singular(), to.singular())
    }

    pub(crate) fn label(self) -> Option<&'static str> {
        self.primary.then_some(PRIMARY)
    }
}

/// The types from one kind to another; none when the two cannot be associated.
pub(crate) fn types_between(
    from: ObjectKind,
    to: ObjectKind,
) -> impl Iterator<Item = TypeSpec> + Clone {
    TABLE.iter().filter_map(move |&(a, b, forth, back, primary)| {
        let forth_spec = TypeSpec { id: forth, inverse: back, primary };
        let back_spec = TypeSpec { id: back, inverse: forth, primary };
        if (a, b) == (from, to) {
            Some(forth_spec)
        } else {
            ((b, a) == (from, to)).then_some(back_spec)
        }
    })
}

pub(crate) fn type_known(from: ObjectKind, to: ObjectKind, id: u16) -> Option<TypeSpec> {
    types_between(from, to).find(|spec| spec.id == id)
}

/// The type without a label.
pub(crate) fn default_type(from: ObjectKind, to: ObjectKind) -> Option<TypeSpec> {
    types_between(from, to).find(|spec| !spec.primary)
}
