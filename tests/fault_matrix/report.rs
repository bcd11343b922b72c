//! The table at the end, and every violation when it happens.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use bridge_domain::outcome::Outcome;

use crate::call::Call;
use crate::cases::Case;
use crate::cell::Cell;
use crate::play::{Mode, Run};
use crate::statuses::StatusTable;

/// One cell in so many may be left out.
const MOST_LEFT_OUT: usize = 100;

/// Counts of what was tried and how it ended, by function.
#[derive(Default)]
pub struct Report {
    lines: Mutex<BTreeMap<&'static str, Line>>,
    statuses: Mutex<StatusTable>,
}

/// A line of the table.
#[derive(Clone, Copy, Default)]
struct Line {
    calls: usize,
    cells: usize,
    applied: usize,
    skipped: usize,
    parked: usize,
    violations: usize,
    left_out: usize,
}

impl Report {
    /// The calls of a case without a fault, each kind once.
    pub fn calls(case: &Case, run: &Run) {
        println!("{}", case.title());
        let kinds: BTreeSet<_> = run.calls.iter().map(Call::kind).collect();
        for (service, name) in kinds {
            println!("    {} {name}", service.name());
        }
    }

    /// A case without a fault.
    pub fn case(&self, case: &Case, run: &Run, wrong: &[String]) {
        let (calls, violations) = (run.calls.len(), wrong.len().min(1));
        self.add(case.function, Line { calls, violations, ..Line::default() });
        if !wrong.is_empty() {
            tell(&format!("{}: without a fault", case.title()), wrong, run);
        }
    }

    /// A run with a fault: two cells if the event was delivered again in turn, once and twice.
    pub fn cell(&self, case: &Case, cell: &Cell, run: &Run, wrong: &[String]) {
        let cells = if cell.mode == Mode::InTurn { 2 } else { 1 };
        let mut line = Line { cells, violations: wrong.len().min(1), ..Line::default() };
        match run.end().0 {
            Outcome::Applied => line.applied = cells,
            Outcome::Skipped => line.skipped = cells,
            Outcome::Parked => line.parked = cells,
        }
        self.add(case.function, line);
        if !wrong.is_empty() {
            tell(&cell.title(case), wrong, run);
        }
    }

    /// The end of a cell with a status.
    pub fn status(&self, case: &Case, cell: &Cell, run: &Run) {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner).add(case, cell, run);
    }

    /// A cell of a call that was recorded, but is not made when nothing else runs.
    pub fn left_out(&self, case: &Case, cell: &Cell) {
        self.add(case.function, Line { left_out: 1, ..Line::default() });
        println!("LEFT OUT, as its call is not made any more: {}", cell.title(case));
    }

    fn add(&self, function: &'static str, more: Line) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(function).or_default();
        *line = line.plus(more);
    }

    /// Prints the table; how much is wrong: the violations, and whether so much is left out
    /// that little is proved.
    pub fn print(&self) -> usize {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner).print();
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let head = ["calls", "cells", "applied", "skipped", "parked", "violations", "left out"];
        println!("\n{}", row("function", head));
        let all = lines.values().fold(Line::default(), |all, line| all.plus(*line));
        for (function, line) in
            lines.iter().map(|(name, line)| (*name, line)).chain([("all", &all)])
        {
            let Line { calls, cells, applied, skipped, parked, violations, left_out } = *line;
            let counts = [calls, cells, applied, skipped, parked, violations, left_out];
            println!("{}", row(function, counts));
        }
        let too_many = all.left_out * MOST_LEFT_OUT > all.cells;
        if too_many {
            println!("TOO MUCH IS LEFT OUT: this machine is too busy to prove anything");
        }
        all.violations + usize::from(too_many)
    }
}

impl Line {
    fn plus(self, more: Self) -> Self {
        Self {
            calls: self.calls + more.calls,
            cells: self.cells + more.cells,
            applied: self.applied + more.applied,
            skipped: self.skipped + more.skipped,
            parked: self.parked + more.parked,
            violations: self.violations + more.violations,
            left_out: self.left_out + more.left_out,
        }
    }
}

fn row(first: &str, others: [impl Display; 7]) -> String {
    let others = others.map(|cell| format!("{cell:>11}"));
    format!("{first:<14}{}", others.concat())
}

fn tell(title: &str, wrong: &[String], run: &Run) {
    println!("VIOLATION {title}");
    for what in wrong {
        println!("    {what}");
    }
    let (outcome, reason) = run.end();
    let error = run.record.as_ref().and_then(|record| record.error.as_deref());
    println!("    ended {outcome:?} {} {}", reason.unwrap_or_default(), error.unwrap_or_default());
}
