//! Associations between objects, and their types (docs/vendors/hubspot.md#associations).
//!
//! The type ids are HubSpot's and differ by direction. Types 32 and 278 (ticket to thread) are
//! missing on purpose: whether they can be written is not documented, so the portal rejects them.

use std::collections::{BTreeMap, BTreeSet};

use super::ObjectKind::{self, Company, Contact, Deal, Note, Ticket};

type Node = (ObjectKind, u64);

/// From, to, type id, type id of the other direction, whether it marks the primary company.
const TYPES: [(ObjectKind, ObjectKind, u16, u16, bool); 10] = [
    (Contact, Company, 279, 280, false),
    (Contact, Company, 1, 2, true),
    (Ticket, Contact, 16, 15, false),
    (Ticket, Company, 339, 340, false),
    (Ticket, Company, 26, 25, true),
    (Note, Contact, 202, 201, false),
    (Note, Ticket, 228, 227, false),
    (Deal, Contact, 3, 4, false),
    (Deal, Company, 341, 342, false),
    (Deal, Company, 5, 6, true),
];

/// A type of association in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AssociationType {
    pub(crate) id: u16,
    inverse: u16,
    primary: bool,
}

impl AssociationType {
    /// Returns the name that the objects API gives the type. Where two kinds have a primary
    /// type, that one has the plain name.
    pub(crate) fn name(self, from: ObjectKind, to: ObjectKind) -> String {
        let labelled = types_between(from, to).any(|one| one.primary);
        let suffix = if labelled && !self.primary { "_unlabeled" } else { "" };
        format!("{}_to_{}{suffix}", from.singular(), to.singular())
    }
}

/// Returns the types from one kind to another; none when the two cannot be associated.
fn types_between(from: ObjectKind, to: ObjectKind) -> impl Iterator<Item = AssociationType> {
    TYPES.iter().filter_map(move |&(a, b, id, inverse, primary)| {
        if (a, b) == (from, to) {
            return Some(AssociationType { id, inverse, primary });
        }
        ((b, a) == (from, to)).then_some(AssociationType { id: inverse, inverse: id, primary })
    })
}

/// Returns the type with an id from a kind, and the kind that it leads to.
pub(crate) fn type_from(from: ObjectKind, id: u16) -> Option<(ObjectKind, AssociationType)> {
    let leads_to =
        |to: ObjectKind| types_between(from, to).find(|one| one.id == id).map(|found| (to, found));
    ObjectKind::ALL.into_iter().find_map(leads_to)
}

/// All associations of the portal, in both directions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Associations(BTreeSet<(Node, Node, u16)>);

impl Associations {
    /// Associates two objects. An object has one primary company, which is an ordinary one too.
    pub(crate) fn add(&mut self, from: Node, to: Node, kind: AssociationType) {
        if kind.primary {
            for (other, _) in self.of(from, to.0) {
                self.0.remove(&(from, (to.0, other), kind.id));
                self.0.remove(&((to.0, other), from, kind.inverse));
            }
            if let Some(plain) = types_between(from.0, to.0).find(|one| !one.primary) {
                self.add(from, to, plain);
            }
        }
        self.0.insert((from, to, kind.id));
        self.0.insert((to, from, kind.inverse));
    }

    /// Associates two objects as people do by hand: a first company becomes the primary one.
    pub(crate) fn add_default(&mut self, from: Node, to: Node) {
        let first = to.0 == Company && self.of(from, Company).is_empty();
        let found = types_between(from.0, to.0).find(|one| one.primary == first);
        if let Some(kind) = found.or_else(|| types_between(from.0, to.0).next()) {
            self.add(from, to, kind);
        }
    }

    /// Returns the objects of a kind that one is associated with, by id, with their types.
    pub(crate) fn of(&self, from: Node, to: ObjectKind) -> BTreeMap<u64, Vec<AssociationType>> {
        let mut found: BTreeMap<u64, Vec<AssociationType>> = BTreeMap::new();
        let range = (from, (to, 0), 0)..=(from, (to, u64::MAX), u16::MAX);
        for (_, (_, id), kind) in self.0.range(range) {
            found.entry(*id).or_default().extend(type_from(from.0, *kind).map(|(_, kind)| kind));
        }
        found
    }

    /// Moves the associations of an object to another one of its kind.
    pub(crate) fn transfer(&mut self, from: Node, into: Node) {
        let moved = |node: Node| if node == from { into } else { node };
        self.0 = self.0.iter().map(|&(a, b, kind)| (moved(a), moved(b), kind)).collect();
    }
}
