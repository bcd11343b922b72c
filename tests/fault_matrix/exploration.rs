//! A case, walked call by call.
//!
//! On a busy machine a delivery may go another way than the one that was recorded: a call
//! is late and made once more, or another is never made. What is missed so is no violation
//! of anybody: it is played again at the end, and left out if the call that was
//! recorded is not made any more without its fault.

use std::collections::BTreeSet;

use futures::future::join_all;
use tokio::task::JoinSet;

use crate::call::{Call, Service};
use crate::cases::Case;
use crate::cell::{Cell, Walk};
use crate::fault::Fault;
use crate::invariants::violations;
use crate::play::Run;
use crate::report::Report;
use crate::runs::{in_a_world, in_one};
use crate::statuses;

/// A case, how it ends without a fault, and what is known of the way.
pub struct Exploration<'a> {
    case: Case,
    expected: Run,
    filter: &'a [String],
    report: &'a Report,
    walk: Walk,
    /// The kinds of calls that are walked.
    seen: BTreeSet<(Service, String)>,
    /// The cells whose call was not made, with the run that missed it.
    missed: Vec<(Cell, Run)>,
}

impl<'a> Exploration<'a> {
    pub fn new(
        case: Case,
        expected: Run,
        (walk, filter): (Walk, &'a [String]),
        report: &'a Report,
    ) -> Self {
        let seen = expected.calls.iter().map(Call::kind).collect();
        Self { case, expected, filter, report, walk, seen, missed: Vec::new() }
    }

    /// Plays the cells, and those of calls to which only their faults lead.
    pub async fn both_generations(mut self, cells: Vec<Cell>) -> Self {
        let second = self.play(cells).await;
        let third = self.play(second).await;
        if self.walk == Walk::Statuses {
            // The statuses that are answered for ever to calls of the second generation.
            let is_second = |cell: &Cell| cell.faults.len() == 2;
            self.play(third.into_iter().filter(is_second).collect()).await;
        }
        self
    }

    /// Plays what was missed once more, when no other case runs. What is missed even then is a
    /// violation.
    pub async fn again(mut self) {
        let missed = std::mem::take(&mut self.missed).into_iter().map(|(cell, _)| cell).collect();
        let cells = self.still_made(missed).await;
        let (first, others) = cells.into_iter().partition(|cell| cell.faults.len() == 1);
        let second = self.play(first).await;
        self.play([others, second].concat()).await;
        for (cell, run) in std::mem::take(&mut self.missed) {
            self.report(&cell, &run);
        }
    }

    /// Leaves the cells the call of whose last fault is made, when that fault is left out.
    async fn still_made(&self, cells: Vec<Cell>) -> Vec<Cell> {
        let way = |cell: &Cell| {
            let earlier =
                cell.faults.split_last().map_or(Vec::new(), |(_, earlier)| earlier.into());
            Cell { faults: earlier, mode: cell.mode }
        };
        let runs = cells.iter().map(|cell| in_a_world(self.case, vec![way(cell)]));
        let runs = join_all(runs).await.into_iter().flatten();
        let mut made = Vec::new();
        for (cell, (_, run)) in cells.into_iter().zip(runs) {
            let needs = cell.faults.last().into_iter().flat_map(Fault::needs);
            if needs.into_iter().all(|call| run.calls.contains(call)) {
                made.push(cell);
            } else {
                self.report.left_out(&self.case, &cell);
            }
        }
        made
    }

    /// Plays cells in worlds, and reports them. The cells of calls that none has made before.
    async fn play(&mut self, cells: Vec<Cell>) -> Vec<Cell> {
        let cells: Vec<Cell> = cells.into_iter().filter(|cell| self.is_asked(cell)).collect();
        if !cells.is_empty() {
            println!("{}: {} runs", self.case.title(), cells.len());
        }
        let mut worlds = JoinSet::new();
        for some in cells.chunks(in_one(&self.case)) {
            worlds.spawn(in_a_world(self.case, some.to_vec()));
        }
        let mut beyond = Vec::new();
        while let Some(runs) = worlds.join_next().await {
            for (cell, run) in runs.expect("a run does not panic") {
                if cell.is_missed_by(&run) {
                    self.missed.push((cell, run));
                    continue;
                }
                self.report(&cell, &run);
                beyond.extend(self.beyond(&cell, &run));
            }
        }
        beyond
    }

    /// The cells of the calls of a run that were not made before.
    fn beyond(&mut self, cell: &Cell, run: &Run) -> Vec<Cell> {
        let mut news: BTreeSet<_> = run.calls.iter().map(Call::kind).collect();
        news.retain(|kind| self.seen.insert(kind.clone()));
        let is_new = |call: &Call| news.remove(&call.kind());
        let mut beyond = self.walk.cells(&run.calls, run.needed, &cell.faults, is_new);
        if self.walk == Walk::Statuses {
            beyond.extend(cell.for_ever(run));
        }
        beyond
    }

    fn report(&self, cell: &Cell, run: &Run) {
        let wrong = match self.walk {
            Walk::Faults => violations(run, cell, &self.expected),
            Walk::Statuses => {
                self.report.status(&self.case, cell, run);
                statuses::violations(&self.case, cell, run, &self.expected)
            }
        };
        self.report.cell(&self.case, cell, run, &wrong);
    }

    /// Returns whether the filter asks for a cell: what is behind another fault is reached by that one's.
    fn is_asked(&self, cell: &Cell) -> bool {
        let title = cell.title(&self.case);
        let mut paths = self.filter.iter().filter_map(|word| word.split_once(" then "));
        let leads = cell.faults.len() == 1 && paths.any(|(first, _)| title.contains(first));
        leads || self.filter.iter().all(|word| title.contains(word))
    }
}
