//! A cell of the matrix: a call, a fault, and how its event is delivered again.

use crate::call::Call;
use crate::cases::Case;
use crate::fault::{Fault, Kind, Lasts};
use crate::play::{Mode, Run};
use crate::statuses;

/// Faults to be met by a run, in a mode.
#[derive(Clone)]
pub struct Cell {
    pub faults: Vec<Fault>,
    pub mode: Mode,
}

impl Cell {
    /// Returns whether a run of it had not all its faults, though it should have.
    pub fn is_missed_by(&self, run: &Run) -> bool {
        // After the first fault the other process may do it all.
        let taken_over = self.mode == Mode::AtOnce && run.met > 0;
        let by_chance = self.faults.iter().any(|fault| fault.call.is_by_chance());
        run.met < self.faults.len() && !taken_over && !by_chance
    }

    /// The same with a status that is answered for ever; `None` if its run shows that this is no
    /// other cell, since the call was not made again.
    pub fn for_ever(&self, run: &Run) -> Option<Self> {
        let (last, earlier) = self.faults.split_last()?;
        let hit = run.calls.iter().position(|call| *call == last.call)?;
        let is_made_again = run.calls[hit + 1..].iter().any(|call| call.kind() == last.call.kind());
        if last.lasts != Lasts::Once || !is_made_again {
            return None;
        }
        let lasting = Fault { lasts: Lasts::Forever, ..last.clone() };
        let faults = earlier.iter().cloned().chain([lasting]).collect();
        Some(Self { faults, mode: self.mode })
    }

    /// Its name, by which it can be asked for.
    pub fn title(&self, case: &Case) -> String {
        let fault = |fault: &Fault| {
            let lasts = match fault.lasts {
                Lasts::Once => "",
                Lasts::Delivery => " (lasting)",
                Lasts::Forever => " (for ever)",
            };
            format!("{}{lasts} at {}", fault.kind, fault.call)
        };
        let faults: Vec<_> = self.faults.iter().map(fault).collect();
        format!("{}: {}, {}", case.title(), faults.join(" then "), self.mode.name())
    }
}

/// The faults that are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Each kind of fault, at each call.
    Faults,
    /// Each class of statuses, at each call of a vendor.
    Statuses,
}

impl Walk {
    /// The cells of some calls of a run, after the faults that it had itself.
    pub fn cells(
        self,
        calls: &[Call],
        needed: usize,
        earlier: &[Fault],
        which: impl FnMut(&Call) -> bool,
    ) -> Vec<Cell> {
        match self {
            Self::Faults => cells(calls, needed, earlier, which),
            Self::Statuses => status_cells(calls, needed, earlier, which),
        }
    }
}

/// The cells of some calls of a run; a repeat of a settled event makes no others.
fn status_cells(
    calls: &[Call],
    needed: usize,
    earlier: &[Fault],
    mut which: impl FnMut(&Call) -> bool,
) -> Vec<Cell> {
    let mut made = Vec::new();
    let is_vendors = |call: &&Call| call.service.is_vendor();
    // A call that is made three times is made a hundred times; properties are made in a row.
    let most = |call: &Call| if call.name.contains("/properties/") { 1 } else { 2 };
    let is_one_of_few = |call: &&Call| call.nth <= most(call) && call.delivery < needed;
    for call in calls.iter().filter(is_vendors).filter(is_one_of_few).filter(|call| which(call)) {
        for status in statuses::played_at(call) {
            let kind = Kind::Status(status);
            let fault = Fault { kind, call: call.clone(), lasts: Lasts::Once, before: None };
            let faults = earlier.iter().cloned().chain([fault]).collect();
            made.push(Cell { faults, mode: Mode::Ageing });
        }
    }
    made
}

/// The cells of some calls of a run. What comes after its event was settled is a repeat, and
/// is not had at once.
fn cells(
    calls: &[Call],
    needed: usize,
    earlier: &[Fault],
    mut which: impl FnMut(&Call) -> bool,
) -> Vec<Cell> {
    let mut made = Vec::new();
    let mut is_walked = |call: &Call| {
        let is_seen = call.is_by_chance() && call.nth > 1
            || is_between(call, calls)
            || is_repeated(call.delivery, needed, calls);
        !is_seen && which(call)
    };
    for (at, call) in calls.iter().enumerate().filter(|(_, call)| is_walked(call)) {
        let is_before = |other: &&Call| other.delivery == call.delivery && !other.is_by_chance();
        let before = calls[..at].iter().rev().find(is_before).cloned();
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_played_at(call)) {
            let fault = |lasts| Fault { kind, call: call.clone(), lasts, before: before.clone() };
            let faults = |lasts| earlier.iter().cloned().chain([fault(lasts)]).collect();
            let lengths = kind.lengths(call.service);
            made.extend(
                lengths.iter().map(|lasts| Cell { faults: faults(*lasts), mode: Mode::InTurn }),
            );
            let longest = lengths.last().copied().unwrap_or(Lasts::Once);
            if call.delivery < needed && kind != Kind::Error502 {
                made.push(Cell { faults: faults(longest), mode: Mode::AtOnce });
            }
        }
    }
    made
}

/// Returns whether a call is one of many alike that are made together, neither their first nor
/// their last: all queues are counted in one go, and what happens to one happens to each.
fn is_between(call: &Call, calls: &[Call]) -> bool {
    let is_alike = |other: &&Call| other.delivery == call.delivery && other.kind() == call.kind();
    call.counts_a_queue() && call.nth > 1 && call.nth < calls.iter().filter(is_alike).count()
}

/// Returns whether a delivery repeats a repeat: the event was settled before, and the same calls
/// are made as in the delivery before it, of which each is walked.
fn is_repeated(delivery: usize, needed: usize, calls: &[Call]) -> bool {
    let made_in = |delivery: usize| {
        let of = calls.iter().filter(|call| call.delivery == delivery && !call.is_by_chance());
        let mut kinds: Vec<_> = of.map(Call::kind).collect();
        kinds.sort_unstable();
        kinds
    };
    delivery > needed && made_in(delivery) == made_in(delivery - 1)
}
