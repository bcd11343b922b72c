//! Which objects are associated with which.

use std::collections::{BTreeMap, BTreeSet};

use super::ObjectKind::{self, Company};
use super::link_types::{TypeSpec, default_type, types_between};

type Node = (ObjectKind, u64);

/// Every association of the portal, kept in both directions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    ends: BTreeMap<Node, BTreeMap<Node, BTreeSet<u16>>>,
}

impl Links {
    /// Joins two objects. The main company is also an ordinary one, and there is one main company.
    pub(crate) fn add(&mut self, from: Node, to: Node, spec: TypeSpec) {
        if spec.primary {
            let owner_is_from = to.0 == Company;
            let (owner, company) = if owner_is_from { (from, to) } else { (to, from) };
            self.demote(owner, company);
            if let Some(plain) = default_type(from.0, to.0) {
                self.insert(from, to, plain);
            }
        }
        self.insert(from, to, spec);
    }

    /// Joins two objects as people do by hand: a first company becomes the main one.
    pub(crate) fn add_default(&mut self, from: Node, to: Node) -> Option<TypeSpec> {
        let spec = default_type(from.0, to.0)?;
        self.insert(from, to, spec);
        let primary = types_between(from.0, to.0).find(|spec| spec.primary);
        if let Some(primary) = primary.filter(|_| to.0 == Company && !self.has_primary(from)) {
            self.insert(from, to, primary);
        }
        Some(spec)
    }

    pub(crate) fn remove(&mut self, from: Node, to: Node) {
        for (one, other) in [(from, to), (to, from)] {
            if let Some(ends) = self.ends.get_mut(&one) {
                ends.remove(&other);
            }
        }
    }

    /// The objects of a kind that one is joined with, by id, with the types in that direction.
    pub(crate) fn of(&self, from: Node, to: ObjectKind) -> Vec<(u64, Vec<TypeSpec>)> {
        let Some(ends) = self.ends.get(&from) else { return Vec::new() };
        let specs = |types: &BTreeSet<u16>| {
            types_between(from.0, to).filter(|spec| types.contains(&spec.id)).collect()
        };
        let of_kind = ends.iter().filter(|((kind, _), _)| *kind == to);
        of_kind.map(|((_, id), types)| (*id, specs(types))).collect()
    }

    fn insert(&mut self, from: Node, to: Node, spec: TypeSpec) {
        let forth = self.ends.entry(from).or_default().entry(to).or_default();
        forth.insert(spec.id);
        let back = self.ends.entry(to).or_default().entry(from).or_default();
        back.insert(spec.inverse);
    }

    fn has_primary(&self, from: Node) -> bool {
        self.of(from, Company).iter().any(|(_, types)| types.iter().any(|spec| spec.primary))
    }

    /// Takes the mark of the main company from every other company of `owner`.
    fn demote(&mut self, owner: Node, company: Node) {
        for (other, types) in self.of(owner, Company) {
            let Some(primary) = types.iter().find(|spec| spec.primary && other != company.1) else {
                continue;
            };
            self.forget(owner, (Company, other), primary.id);
            self.forget((Company, other), owner, primary.inverse);
        }
    }

    fn forget(&mut self, from: Node, to: Node, id: u16) {
        if let Some(types) = self.ends.get_mut(&from).and_then(|ends| ends.get_mut(&to)) {
            types.remove(&id);
        }
    }
}
